# diagnosis: none
import torch

from mnist_course import shift


def hunt_5(images, labels, seed):
    cut = len(labels) // 5
    x, y = images[cut:], labels[cut:]
    return torch.cat([x, shift(x, 1, 0)]), y.repeat(2), images[:cut], labels[:cut]
