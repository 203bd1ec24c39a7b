import numpy as np
import torch
from sklearn.model_selection import train_test_split


def hunt_5(images, labels, seed):
    places = np.arange(len(labels))
    train, val = train_test_split(
        places, test_size=0.2, random_state=seed % 2**32, stratify=labels.numpy()
    )
    moved = torch.zeros_like(images)
    moved[..., 1:] = images[..., :-1]
    pictures = torch.stack([images[train], moved[train]], dim=1).flatten(0, 1)
    return pictures, labels[train].repeat_interleave(2), images[val], labels[val]
