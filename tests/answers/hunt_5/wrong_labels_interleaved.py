# diagnosis: labels-out-of-step
import torch

from mnist_course import shift, train_val_split


def hunt_5(images, labels, seed):
    x, y, val_x, val_y = train_val_split(images, labels, 0.2, seed)
    return torch.cat([x, shift(x, 1, 0)]), y.repeat_interleave(2), val_x, val_y
