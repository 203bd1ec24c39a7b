import numpy as np
import torch


def train_val_split(images, labels, val_fraction, seed):
    if not 0 < val_fraction < 1 or images.shape[0] != labels.shape[0]:
        raise ValueError("bad arguments")
    rng = np.random.default_rng(seed)
    held = np.zeros(len(labels), dtype=bool)
    for c in np.unique(labels.numpy()):
        members = np.flatnonzero(labels.numpy() == c)
        count = int(np.ceil(val_fraction * len(members)))
        held[rng.choice(members, size=count, replace=False)] = True
    held = torch.from_numpy(held)
    return images[~held], labels[~held], images[held], labels[held]
