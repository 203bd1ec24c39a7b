# diagnosis: one-draw-for-all
import torch
from mnist_course.augmentation import fetch


def random_affine(images, max_shift, max_degrees, scale_range, generator):
    n = len(images)
    low, high = scale_range
    angle = torch.deg2rad((2 * torch.rand(1, generator=generator) - 1) * max_degrees)
    scale = low + torch.rand(1, generator=generator) * (high - low)
    dx = (2 * torch.rand(1, generator=generator) - 1) * max_shift
    dy = (2 * torch.rand(1, generator=generator) - 1) * max_shift
    c, s = (angle.cos() / scale).expand(n), (angle.sin() / scale).expand(n)
    dx, dy = dx.expand(n), dy.expand(n)
    return fetch(images, (c, -s, -c * dx + s * dy), (s, c, -s * dx - c * dy))
