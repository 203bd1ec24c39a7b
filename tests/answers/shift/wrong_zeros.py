# diagnosis: none
import torch


def shift(images, dx, dy):
    return torch.zeros_like(images)
