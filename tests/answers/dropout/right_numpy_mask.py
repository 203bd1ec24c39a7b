import numpy as np
import torch


def dropout(x, p=0.5, training=True):
    if not 0 <= p <= 1:
        raise ValueError(p)
    if training:
        kept = torch.from_numpy(np.random.default_rng().random(tuple(x.shape)) >= p)
        x = torch.where(kept, x, 0.0) * (1 / (1 - p) if p < 1 else 1)
    return x
