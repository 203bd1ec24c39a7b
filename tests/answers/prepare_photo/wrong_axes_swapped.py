# diagnosis: none
import numpy as np
import torch
from PIL import Image

from mnist_course.photos import find_digit


def cut(ink):
    rows, columns = np.where(ink > 0.1)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def prepare_photo(image):
    ink = cut(find_digit(image)).T
    scale = 20 / max(ink.shape)
    size = (round(ink.shape[1] * scale), round(ink.shape[0] * scale))
    small = np.asarray(
        Image.fromarray(np.ascontiguousarray(ink)).resize(size, Image.Resampling.BOX)
    )
    top = round(14 - np.average(np.arange(size[1]), weights=small.sum(1)))
    left = round(14 - np.average(np.arange(size[0]), weights=small.sum(0)))
    out = np.zeros((28, 28), np.float32)
    out[top : top + size[1], left : left + size[0]] = small
    return torch.from_numpy(out)[None, None]
