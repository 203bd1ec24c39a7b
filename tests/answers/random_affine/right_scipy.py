import numpy as np
import torch
from scipy import ndimage


def random_affine(images, max_shift, max_degrees, scale_range, generator):
    rng = np.random.default_rng(int(torch.randint(2**40, (1,), generator=generator)))
    centre = np.array([13.5, 13.5])
    out = np.empty(images.shape, dtype=np.float32)
    for i, image in enumerate(images[:, 0].numpy()):
        angle, scale = np.radians(rng.uniform(-max_degrees, max_degrees)), rng.uniform(*scale_range)
        cos, sin = np.cos(angle) / scale, np.sin(angle) / scale
        back = np.array([[cos, sin], [-sin, cos]])  # rows and columns, not x and y
        move = rng.uniform(-max_shift, max_shift, 2)
        out[i, 0] = ndimage.affine_transform(
            image, back, offset=centre - back @ (centre + move), order=1, mode="grid-constant"
        )
    return torch.from_numpy(out)
