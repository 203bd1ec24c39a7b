import numpy as np


def count_parameters(model):
    return np.sum([np.prod(p.shape, dtype=int) for p in model.parameters()], dtype=int)
