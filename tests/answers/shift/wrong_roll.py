# diagnosis: wraps-around
import torch


def shift(images, dx, dy):
    return torch.roll(images, (dy, dx), (2, 3))
