# diagnosis: last-row-dropped
import torch


def tile(images, columns):
    if columns < 1:
        raise ValueError("columns")
    h, w = images.shape[-2:]
    rows = len(images) // columns
    grid = torch.zeros(rows * h, columns * w)
    for i in range(rows * columns):
        y, x = i // columns * h, i % columns * w
        grid[y : y + h, x : x + w] = images[i]
    return grid
