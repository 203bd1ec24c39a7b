# diagnosis: none
import math

import torch
import torch.nn.functional as F


def rotate(images, degrees):
    """One angle for all is right; a tensor of angles raises in math.cos."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    theta = torch.tensor([[cos, -sin, 0.0], [sin, cos, 0.0]]).repeat(len(images), 1, 1)
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)
