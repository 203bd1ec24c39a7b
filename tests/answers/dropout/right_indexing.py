import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if training is False:
        return x
    out = x.clone() if p == 1 else x / (1 - p)
    out[torch.rand_like(x) < p] = 0
    return out
