# diagnosis: whole-picture-squeezed
import numpy as np
import torch
from PIL import Image

from mnist_course.photos import find_digit


def cut(ink):
    rows, columns = np.where(ink > 0.1)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def prepare_photo(image):
    small = Image.fromarray(find_digit(image)).resize((28, 28), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.array(small))[None, None].clamp(0, 1)
