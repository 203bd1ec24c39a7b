# diagnosis: none
import numpy as np
import torch


def dropout(x, p=0.5, training=True):
    if not 0 <= p <= 1:
        raise ValueError(p)
    if not training:
        return x
    if p == 1:
        return torch.zeros_like(x)
    mask = np.random.binomial(1, 1 - p, size=tuple(x.shape)) / (1 - p)
    return x * torch.from_numpy(mask)
