# diagnosis: none
import math

import torch


def tile(images, columns):
    if columns < 1:
        raise ValueError("columns")
    h, w = images.shape[-2:]
    return torch.zeros(math.ceil(len(images) / columns) * h, columns * w)
