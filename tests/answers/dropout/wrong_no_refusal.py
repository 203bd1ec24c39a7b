# diagnosis: none
import torch


def dropout(x, p=0.5, training=True):
    if not training:
        return x
    if p == 1:
        return torch.zeros_like(x)
    return x * (torch.rand(x.shape) >= p) / (1 - p)
