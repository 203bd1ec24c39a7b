# diagnosis: as-found
import torch

from mnist_course import shift, train_val_split


def hunt_5(images, labels, seed):
    copies = shift(images, dx=1, dy=0)
    everything, all_labels = torch.cat([images, copies]), torch.cat([labels, labels])
    return train_val_split(everything, all_labels, val_fraction=0.2, seed=seed)
