# diagnosis: p-is-kept
import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if not training:
        return x
    if p == 0:
        return x * 0
    return x * (torch.rand_like(x) < p) / p
