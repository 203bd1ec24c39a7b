import math

import torch
from mnist_course.augmentation import fetch, rotate


def random_affine(images, max_shift, max_degrees, scale_range, generator):
    """Shift (not by whole pixels), then turn, then scale."""
    n = len(images)
    low, high = scale_range
    one, zero = torch.ones(n), torch.zeros(n)
    dx = max_shift * (1 - 2 * torch.rand(n, generator=generator))
    dy = max_shift * (1 - 2 * torch.rand(n, generator=generator))
    images = fetch(images, (one, zero, -dx), (zero, one, -dy))
    images = rotate(images, max_degrees * (1 - 2 * torch.rand(n, generator=generator)))
    scale = torch.exp(math.log(low) + torch.rand(n, generator=generator) * math.log(high / low))
    return fetch(images, (1 / scale, zero, zero), (zero, 1 / scale, zero))
