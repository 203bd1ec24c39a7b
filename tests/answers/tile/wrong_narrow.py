# diagnosis: narrow-when-few
import math

import torch


def tile(images, columns):
    if columns < 1:
        raise ValueError("columns")
    columns = min(columns, len(images))
    h, w = images.shape[-2:]
    grid = torch.zeros(math.ceil(len(images) / columns) * h, columns * w)
    for i, image in enumerate(images):
        y, x = i // columns * h, i % columns * w
        grid[y : y + h, x : x + w] = image
    return grid
