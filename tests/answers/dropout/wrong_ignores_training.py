# diagnosis: training-ignored
import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if p == 1:
        return torch.zeros_like(x)
    return torch.where(torch.rand(x.shape) < p, torch.zeros(()), x / (1 - p))
