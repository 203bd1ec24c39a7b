# diagnosis: reshape-scrambles
import math

import torch


def tile(images, columns):
    if columns < 1:
        raise ValueError("columns")
    h, w = images.shape[-2:]
    rows = math.ceil(len(images) / columns)
    padded = torch.zeros(rows * columns, h, w)
    padded[: len(images)] = images.view(-1, h, w)
    return padded.view(rows * h, columns * w)
