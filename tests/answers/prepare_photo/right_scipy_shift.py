import numpy as np
import torch
from PIL import Image
from scipy import ndimage

from mnist_course.photos import find_digit


def prepare_photo(image):
    ink = find_digit(image)
    inside = ndimage.find_objects((ink > 0.15).astype(int))[0]
    ink = ink[inside]
    scale = 20 / max(ink.shape)
    small = Image.fromarray(ink).resize(
        (max(1, int(ink.shape[1] * scale + 0.5)), max(1, int(ink.shape[0] * scale + 0.5))),
        Image.Resampling.BILINEAR,
    )
    canvas = np.zeros((28, 28), dtype=np.float32)
    canvas[4 : 4 + small.height, 4 : 4 + small.width] = np.asarray(small)
    y, x = ndimage.center_of_mass(canvas)
    moved = ndimage.shift(canvas, (14 - y, 14 - x), order=1)
    return torch.tensor(moved.clip(0, 1), dtype=torch.float32)[None, None]
