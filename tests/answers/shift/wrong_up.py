# diagnosis: up-instead-of-down
import torch


def shift(images, dx, dy):
    out = torch.zeros_like(images)
    for row in range(28):
        for column in range(28):
            if 0 <= row + dy < 28 and 0 <= column - dx < 28:
                out[..., row, column] = images[..., row + dy, column - dx]
    return out
