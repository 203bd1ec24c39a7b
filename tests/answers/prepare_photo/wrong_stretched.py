# diagnosis: stretched
import numpy as np
import torch
from PIL import Image

from mnist_course.photos import find_digit


def cut(ink):
    rows, columns = np.where(ink > 0.1)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def prepare_photo(image):
    small = Image.fromarray(cut(find_digit(image))).resize((20, 20), Image.Resampling.BOX)
    small = np.asarray(small)
    y = np.average(np.arange(20), weights=small.sum(1))
    x = np.average(np.arange(20), weights=small.sum(0))
    out = np.zeros((28, 28), np.float32)
    top, left = round(14 - y), round(14 - x)
    out[top : top + 20, left : left + 20] = small
    return torch.from_numpy(out)[None, None]
