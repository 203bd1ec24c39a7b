# diagnosis: none
import torch
import torch.nn.functional as F


def random_affine(images, max_shift, max_degrees, scale_range, generator):
    n, w = len(images), images.shape[-1]
    u = torch.rand(4, n, generator=generator)
    angle = torch.deg2rad((2 * u[0] - 1) * max_degrees)
    scale = scale_range[0] + u[1] * (scale_range[1] - scale_range[0])
    dx, dy = (2 * u[2:] - 1) * max_shift * 2 / w
    c, s = angle.cos() / scale, angle.sin() / scale
    top = torch.stack([c, -s, -c * dx + s * dy], dim=1)
    bottom = torch.stack([s, c, -s * dx - c * dy], dim=1)
    grid = F.affine_grid(torch.stack([top, bottom], dim=1), images.shape, align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)
