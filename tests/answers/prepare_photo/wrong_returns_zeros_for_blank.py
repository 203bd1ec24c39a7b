# diagnosis: blank-let-through
import torch

from mnist_course import photos


def prepare_photo(image):
    try:
        digit = photos.find_digit(image)
    except ValueError:
        return torch.zeros(1, 1, 28, 28)
    return framed(digit)


def framed(digit):
    import numpy as np
    from PIL import Image

    rows, columns = np.where(digit > 0.1)
    digit = digit[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = 20 / max(digit.shape)
    size = (round(digit.shape[1] * scale), round(digit.shape[0] * scale))
    small = np.asarray(Image.fromarray(digit).resize(size, Image.Resampling.BOX))
    top = round(14 - np.average(np.arange(size[1]), weights=small.sum(1)))
    left = round(14 - np.average(np.arange(size[0]), weights=small.sum(0)))
    out = torch.zeros(1, 1, 28, 28)
    out[0, 0, top : top + size[1], left : left + size[0]] = torch.from_numpy(small.copy())
    return out
