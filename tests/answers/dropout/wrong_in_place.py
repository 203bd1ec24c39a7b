# diagnosis: none
import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if not training:
        return x
    mask = torch.rand(x.shape) >= p
    x.data.mul_(mask / (1 - p) if p < 1 else 0)
    return x
