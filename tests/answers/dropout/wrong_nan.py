# diagnosis: nan-at-one
import torch


def dropout(x, p=0.5, training=True):
    if p < 0 or p > 1:
        raise ValueError("p must lie in [0, 1]")
    if training:
        mask = torch.bernoulli((1 - p) * torch.ones(x.shape))
        return x * mask / (1 - p)
    return x
