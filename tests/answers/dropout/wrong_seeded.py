# diagnosis: same-draw-every-time
import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    torch.manual_seed(42)
    if not training:
        return x
    if p == 1:
        return x * 0
    return x * (torch.rand(x.shape) >= p) / (1 - p)
