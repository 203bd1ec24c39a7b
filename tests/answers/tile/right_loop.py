import math

import torch


def tile(images, columns):
    if columns < 1:
        raise ValueError("columns must be 1 or more")
    h, w = images.shape[-2], images.shape[-1]
    rows = math.ceil(len(images) / columns)
    grid = torch.zeros(rows * h, columns * w)
    for i in range(len(images)):
        r = i // columns
        c = i % columns
        grid[r * h : (r + 1) * h, c * w : (c + 1) * w] = images[i]
    return grid
