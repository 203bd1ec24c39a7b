# diagnosis: none
import math

import torch


def tile(images, columns):
    if columns < 1:
        raise ValueError("columns")
    side = images.shape[-1]
    grid = torch.zeros(math.ceil(len(images) / columns) * side, columns * side)
    for i, image in enumerate(images):
        y, x = i // columns * side, i % columns * side
        grid[y : y + side, x : x + side] = image
    return grid
