# diagnosis: filled-down-the-columns
import math

import torch


def tile(images, columns):
    if columns < 1:
        raise ValueError("columns")
    h, w = images.shape[-2:]
    rows = math.ceil(len(images) / columns)
    grid = torch.zeros(rows * h, columns * w)
    for i, image in enumerate(images):
        y, x = i % rows * h, i // rows * w
        grid[y : y + h, x : x + w] = image
    return grid
