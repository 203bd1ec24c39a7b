import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if training and p == 1.0:
        return x * 0
    if training and p > 0:
        scale = torch.empty_like(x).bernoulli_(1 - p).div_(1 - p)
        return x * scale
    return x
