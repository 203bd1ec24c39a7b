import numpy as np
import torch


def mean_digits(images, labels):
    x, y = images.numpy(), labels.numpy()
    return torch.tensor(np.array([x[y == d].mean(axis=(0, 1)) for d in range(10)]))
