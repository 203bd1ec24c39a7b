# diagnosis: centred-by-box
import numpy as np
import torch
from PIL import Image

from mnist_course.photos import find_digit


def cut(ink):
    rows, columns = np.where(ink > 0.1)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def prepare_photo(image):
    ink = cut(find_digit(image))
    scale = 20 / max(ink.shape)
    width, height = round(ink.shape[1] * scale), round(ink.shape[0] * scale)
    small = Image.fromarray(ink).resize((width, height), Image.Resampling.BOX)
    out = np.zeros((28, 28), np.float32)
    top, left = (28 - height) // 2, (28 - width) // 2
    out[top : top + height, left : left + width] = np.asarray(small)
    return torch.from_numpy(out)[None, None]
