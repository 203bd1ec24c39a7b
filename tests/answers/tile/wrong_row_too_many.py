# diagnosis: one-row-too-many
import torch


def tile(images, columns):
    if columns < 1:
        raise ValueError("columns")
    h, w = images.shape[-2:]
    grid = torch.zeros((len(images) // columns + 1) * h, columns * w)
    for i, image in enumerate(images):
        y, x = i // columns * h, i % columns * w
        grid[y : y + h, x : x + w] = image
    return grid
