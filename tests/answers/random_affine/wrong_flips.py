# diagnosis: mirrored
import torch
from mnist_course.augmentation import fetch


def random_affine(images, max_shift, max_degrees, scale_range, generator):
    n = len(images)
    low, high = scale_range
    u = torch.rand(5, n, generator=generator)
    angle, scale = torch.deg2rad((2 * u[0] - 1) * max_degrees), low + u[1] * (high - low)
    dx, dy = (2 * u[2:4] - 1) * max_shift
    c, s = angle.cos() / scale, angle.sin() / scale
    flip = torch.where(u[4] < 0.5, -1.0, 1.0)
    return fetch(images, (flip * c, -flip * s, flip * (s * dy - c * dx)), (s, c, -s * dx - c * dy))
