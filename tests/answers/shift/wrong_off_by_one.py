# diagnosis: none
import torch


def shift(images, dx, dy):
    moved = torch.roll(images, (dy, dx), (2, 3))
    rows, columns = torch.arange(28) - dy, torch.arange(28) - dx
    inside = ((rows > 0) & (rows < 28))[:, None] & (columns > 0) & (columns < 28)
    return moved * inside
