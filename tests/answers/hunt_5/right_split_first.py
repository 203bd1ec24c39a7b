import torch

from mnist_course import shift, train_val_split


def hunt_5(images, labels, seed):
    x, y, val_x, val_y = train_val_split(images, labels, 0.2, seed)
    x = torch.cat((x, shift(x, 1, 0)))
    y = torch.cat((y, y))
    return x, y, val_x, val_y
