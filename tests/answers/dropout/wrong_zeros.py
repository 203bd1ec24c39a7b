# diagnosis: none
import torch


def dropout(x, p=0.5, training=True):
    return torch.zeros_like(x)
