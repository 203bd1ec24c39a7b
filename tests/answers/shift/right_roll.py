import torch


def shift(images, dx, dy):
    moved = torch.roll(images, shifts=(dy, dx), dims=(2, 3))  # a new tensor
    if dy > 0:
        moved[:, :, :dy] = 0
    elif dy < 0:
        moved[:, :, dy:] = 0
    if dx > 0:
        moved[:, :, :, :dx] = 0
    elif dx < 0:
        moved[:, :, :, dx:] = 0
    return moved
