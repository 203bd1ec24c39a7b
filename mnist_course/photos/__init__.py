"""From a picture as people make it to the 28 by 28 pixels that the network reads."""

from typing import Any

import torch

from mnist_course.photos.framing import frame, set_stroke_width
from mnist_course.photos.ink import (
    erase_ruled_lines,
    find_ink,
    ink_on_transparent,
    keep_the_digit,
    to_grey,
    with_margin,
)
from mnist_course.photos.pictures import PhotoError, open_photo, to_picture, to_small

__all__ = ["PhotoError", "open_photo", "prepare_photo"]


def prepare_photo(image: Any) -> torch.Tensor:
    """A picture of one digit, made into a (1, 1, 28, 28) tensor as MNIST was made."""
    whole = to_picture(image)
    picture = to_small(whole)
    enlarged = picture.width / whole.width
    ink = ink_on_transparent(picture)
    if ink is None:
        grey = with_margin(to_grey(picture), enlarged)
        ink = erase_ruled_lines(erase_ruled_lines(find_ink(grey)).T).T
    digit = keep_the_digit(ink, enlarged)
    return torch.from_numpy(frame(set_stroke_width(digit)))[None, None]
