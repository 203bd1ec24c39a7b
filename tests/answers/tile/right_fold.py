import torch
import torch.nn.functional as F


def tile(images, columns):
    """Each image is a column for F.fold, which lays columns out as blocks."""
    if columns < 1:
        raise ValueError("at least one column")
    h, w = images.shape[-2:]
    blocks = images.reshape(len(images), h * w)
    rows = (len(blocks) + columns - 1) // columns
    blocks = torch.cat((blocks, torch.zeros(rows * columns - len(blocks), h * w)))
    return F.fold(blocks.T[None], (rows * h, columns * w), (h, w), stride=(h, w))[0, 0]
