import numpy as np
import torch
from PIL import Image

from mnist_course.photos import find_digit


def prepare_photo(image):
    ink = find_digit(image)
    rows, columns = np.where(ink > 0.2)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = 20 / max(ink.shape)
    size = (max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale)))
    small = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BOX))
    y = (small.sum(1) * np.arange(size[1])).sum() / small.sum()
    x = (small.sum(0) * np.arange(size[0])).sum() / small.sum()
    top, left = round(14 - y), round(14 - x)
    result = np.zeros((28, 28), dtype=np.float32)
    result[top : top + size[1], left : left + size[0]] = small
    return torch.from_numpy(result)[None, None]
