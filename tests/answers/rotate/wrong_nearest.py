# diagnosis: nearest-pixel
import torch
import torch.nn.functional as F


def rotate(images, degrees):
    n = len(images)
    a = torch.as_tensor(degrees, dtype=torch.float32) * torch.pi / 180
    a = a.expand(n) if a.dim() == 0 else a
    zero = torch.zeros(n)
    top = torch.stack([a.cos(), -a.sin(), zero], dim=1)
    bottom = torch.stack([a.sin(), a.cos(), zero], dim=1)
    grid = F.affine_grid(torch.stack([top, bottom], dim=1), images.shape, align_corners=False)
    return F.grid_sample(images, grid, mode="nearest", align_corners=False)
