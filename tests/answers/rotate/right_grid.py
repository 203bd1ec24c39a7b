import math

import torch
import torch.nn.functional as F


def rotate(images, degrees):
    if not torch.is_tensor(degrees):
        degrees = torch.full((len(images),), float(degrees))
    a = degrees.float() * math.pi / 180
    theta = torch.zeros(len(images), 2, 3)
    theta[:, 0, 0] = torch.cos(a)
    theta[:, 0, 1] = -torch.sin(a)
    theta[:, 1, 0] = torch.sin(a)
    theta[:, 1, 1] = torch.cos(a)
    grid = F.affine_grid(theta, images.size(), align_corners=True)
    return F.grid_sample(images, grid, align_corners=True)
