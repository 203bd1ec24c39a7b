import torch
import torch.nn.functional as F


def random_affine(images, max_shift, max_degrees, scale_range, generator):
    n, _, h, w = images.shape
    angle = torch.deg2rad(torch.empty(n).uniform_(-1, 1, generator=generator) * max_degrees)
    scale = torch.empty(n).uniform_(*scale_range, generator=generator) if (
        scale_range[0] < scale_range[1]
    ) else torch.full((n,), float(scale_range[0]))
    move = torch.empty(n, 2, 1).uniform_(-1, 1, generator=generator) * max_shift
    a, b = torch.cos(angle) / scale, torch.sin(angle) / scale
    turn = torch.stack([torch.stack([a, -b], 1), torch.stack([b, a], 1)], 1)
    theta = torch.cat([turn, -turn @ move / (w / 2)], dim=2)
    grid = F.affine_grid(theta, images.shape, align_corners=False)
    return F.grid_sample(images, grid, align_corners=False)
