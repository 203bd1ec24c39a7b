# diagnosis: axes-swapped
import torch


def shift(images, dx, dy):
    moved = torch.roll(images, (dx, dy), (2, 3))
    rows, columns = torch.arange(28) - dx, torch.arange(28) - dy
    inside = ((rows >= 0) & (rows < 28))[:, None] & (columns >= 0) & (columns < 28)
    return moved * inside
