import numpy as np
import torch


def shift(images, dx, dy):
    old = images.numpy()
    new = np.zeros_like(old)
    height, width = old.shape[2], old.shape[3]
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                new[:, :, row, column] = old[:, :, row - dy, column - dx]
    return torch.from_numpy(new)
