# diagnosis: none
import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if not training or p == 0:
        return x
    return x * (torch.rand(x.shape) >= p) / p
