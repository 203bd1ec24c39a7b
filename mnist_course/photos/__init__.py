"""From a picture as people make it to the 28 by 28 pixels that the network reads."""

from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from mnist_course.photos.ink import (
    Grid,
    box_of,
    erase_ruled_lines,
    find_ink,
    ink_on_transparent,
    keep_the_digit,
    set_stroke_width,
    to_grey,
    with_margin,
)
from mnist_course.photos.pictures import PhotoError, open_photo, to_picture, to_small

__all__ = ["PhotoError", "box_of", "cut_window", "find_digit", "open_photo", "prepare_photo"]


def find_digit(image: Any) -> Grid:
    """The ink of the digit on any picture, from 0 to 1; all the rest is 0."""
    whole = to_picture(image)
    picture = to_small(whole)
    enlarged = picture.width / whole.width
    ink = ink_on_transparent(picture)
    if ink is None:
        grey = with_margin(to_grey(picture), enlarged)
        ink = erase_ruled_lines(erase_ruled_lines(find_ink(grey)).T).T
    return set_stroke_width(keep_the_digit(ink, enlarged))


def cut_window(picture: Grid, left: float, top: float, side: float) -> Grid:
    """Cut a square out of a picture, 28 by 28 pixels large; beyond the picture is nothing."""
    pad = int(side) + 2
    left, top = left + pad, top + pad
    room = Image.fromarray(np.pad(picture, pad))
    box = (left, top, left + side, top + side)
    small = room.resize((28, 28), Image.Resampling.BOX, box=box)
    return np.asarray(small, np.float32).clip(0, 1)


def prepare_photo(image: Any) -> Tensor:
    """Make a picture of one digit a (1, 1, 28, 28) tensor, as MNIST was made."""
    digit = find_digit(image)
    digit = digit[box_of(digit > 0.1)]
    height, width = digit.shape
    y = np.average(np.arange(height) + 0.5, weights=digit.sum(axis=1))
    x = np.average(np.arange(width) + 0.5, weights=digit.sum(axis=0))
    reach = max(x, y, width - x, height - y)  # a lopsided digit must not be cut off
    pixel = max(height / 20, width / 20, reach / 13.5)  # one of 28, in pixels of the photo
    window = cut_window(digit, x - 14.5 * pixel, y - 14.5 * pixel, 28 * pixel)
    return torch.from_numpy(window)[None, None]
