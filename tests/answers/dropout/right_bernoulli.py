import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if not training or p == 0:
        return x.clone()
    keep = 1 - p
    mask = torch.bernoulli(torch.full_like(x, keep))
    return mask * x / max(keep, 1e-12)
