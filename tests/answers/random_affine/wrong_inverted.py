# diagnosis: scale-inverted
import torch
from mnist_course.augmentation import fetch


def random_affine(images, max_shift, max_degrees, scale_range, generator):
    n = len(images)
    low, high = scale_range
    angle = torch.deg2rad((2 * torch.rand(n, generator=generator) - 1) * max_degrees)
    scale = low + torch.rand(n, generator=generator) * (high - low)
    dx = (2 * torch.rand(n, generator=generator) - 1) * max_shift
    dy = (2 * torch.rand(n, generator=generator) - 1) * max_shift
    c, s = angle.cos() * scale, angle.sin() * scale
    return fetch(images, (c, -s, -c * dx + s * dy), (s, c, -s * dx - c * dy))
