# diagnosis: none
import torch
import torch.nn.functional as F


def rotate(images, degrees):
    a = torch.deg2rad(torch.as_tensor(degrees, dtype=torch.float32)).expand(len(images))
    rows = [torch.stack(r, 1) for r in ((a.cos(), -a.sin(), 0 * a), (a.sin(), a.cos(), 0 * a))]
    grid = F.affine_grid(torch.stack(rows, 1), images.shape, align_corners=False)
    return F.grid_sample(images, grid, mode="bicubic", align_corners=False)
