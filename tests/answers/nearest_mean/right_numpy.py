import numpy as np
import torch


def nearest_mean(images, means):
    x = images.numpy().astype(np.float64)
    m = means.numpy()[None]
    return torch.from_numpy(np.argmin(np.sum((x - m) ** 2, axis=(-1, -2)), axis=1))
