# Pictures and copies go the same way: what is held out is held out with its copy.
import torch

from mnist_course import shift, train_val_split


def hunt_5(images, labels, seed):
    plain = train_val_split(images, labels, 0.2, seed)
    moved = train_val_split(shift(images, 1, 0), labels, 0.2, seed)
    return tuple(torch.cat(pair) for pair in zip(plain, moved))
