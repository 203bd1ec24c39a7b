# diagnosis: scaled-in-evaluation
import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if training:
        return x * torch.bernoulli(torch.full(x.shape, 1.0 - p))
    return (1 - p) * x
