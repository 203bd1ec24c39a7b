# diagnosis: none
import numpy as np
import torch
from PIL import Image

from mnist_course.photos import find_digit


def cut(ink):
    rows, columns = np.where(ink > 0.1)
    return ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def prepare_photo(image):
    small = Image.fromarray(cut(find_digit(image))).resize((20, 20))
    return torch.nn.functional.pad(torch.from_numpy(np.array(small)), (4, 4, 4, 4))[None]
