"""The wrong answers of `prepare_photo`, as people write them."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from autograder.exercise import Misconception
from mnist_course.photos import find_digit
from mnist_course.photos import prepare_photo as reference

Grid = NDArray[Any]


def centre_of(image: Grid) -> list[float]:
    """Return row and column of the centre of mass, where the first pixel is 0."""
    weights = [image.sum(axis=k) for k in (1, 0)]
    return [float(np.average(np.arange(len(w)), weights=w)) for w in weights]


def _tensor(small: Any) -> Any:
    return torch.from_numpy(np.asarray(small, np.float32).clip(0, 1))[None, None]


def _cropped(ink: Grid) -> Any:
    rows, columns = np.nonzero(ink > 0.1)
    return Image.fromarray(ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1])


def _pasted(ink: Grid, side: int = 20, by_mass: bool = True, stretched: bool = False) -> Any:
    crop = _cropped(ink)
    scale = side / max(crop.size)
    size = (side, side) if stretched else tuple(max(1, round(n * scale)) for n in crop.size)
    small = np.asarray(crop.resize(size, Image.Resampling.BOX))
    canvas = np.zeros((84, 84), np.float32)
    top, left = (28 + (28 - n) // 2 for n in small.shape)
    if by_mass:
        top, left = (42 - round(k) for k in centre_of(small))
    canvas[top : top + small.shape[0], left : left + small.shape[1]] = small
    return _tensor(canvas[28:56, 28:56])


def _by_box(image: Any) -> Any:
    return _pasted(find_digit(image), by_mass=False)


def _squeezed_whole(image: Any) -> Any:
    return _tensor(Image.fromarray(find_digit(image)).resize((28, 28), Image.Resampling.BOX))


def _upside_down_tones(image: Any) -> Any:
    return 1 - reference(image)


def _note_ignored(image: Any) -> Any:
    return reference(np.asarray(image) if getattr(image, "format", None) == "JPEG" else image)


def _always_dark_ink(image: Any) -> Any:
    tones = np.asarray(image.convert("L") if isinstance(image, Image.Image) else image)
    ink = 1 - tones / np.float32(1 if tones.dtype.kind == "f" else 255)
    if ink.max() < 0.1 or getattr(image, "mode", "") == "RGBA":
        return reference(image)
    return _pasted(np.asarray(ink, np.float32))


def _transparent_is_black(image: Any) -> Any:
    return reference(image.convert("L") if getattr(image, "mode", "") == "RGBA" else image)


def _blank_let_through(image: Any) -> Any:
    try:
        return reference(image)
    except ValueError:
        return torch.zeros(1, 1, 28, 28)


PREPARE_PHOTO = (
    Misconception(
        "centred-by-box",
        "The middle of the digit's box lies in the middle of the picture; in MNIST its centre "
        "of mass does.",
        _by_box,
        next="where is the balance of a 7: in the middle of its box, or above it?",
    ),
    Misconception(
        "box-too-large",
        "The digit fills all 28 pixels; in MNIST its box has 20, with a margin around it.",
        lambda image: _pasted(find_digit(image), side=28),
        next="to how many pixels do you shrink the longer side?",
    ),
    Misconception(
        "stretched",
        "Width and height are both made 20 pixels, so that a narrow digit becomes a wide one.",
        lambda image: _pasted(find_digit(image), stretched=True),
        next="one scale for both sides: 20 over the longer one.",
    ),
    Misconception(
        "whole-picture-squeezed",
        "The whole picture is made 28 by 28, with its empty paper: the digit comes out small "
        "and anywhere.",
        _squeezed_whole,
        next="cut out the box of the ink before you shrink it.",
    ),
    Misconception(
        "tones-inverted",
        "The digit is dark on a light ground; in MNIST the ink is 1 and the paper is 0.",
        _upside_down_tones,
        next="look at the corner of your result: it should be 0.",
    ),
    Misconception(
        "always-dark-ink",
        "Every picture is taken for dark ink on light paper; a light digit on a dark ground "
        "comes out as its ground.",
        _always_dark_ink,
        next="find_digit tells ink from paper for you.",
    ),
    Misconception(
        "exif-ignored",
        "The photo lies as its camera stored it; the note of how it was held (EXIF) is ignored.",
        _note_ignored,
        next="ImageOps.exif_transpose turns a picture; np.asarray(image) alone does not.",
    ),
    Misconception(
        "transparent-is-black",
        "What is transparent is taken for black, so that black ink on it cannot be seen.",
        _transparent_is_black,
        next="the fourth channel says where the picture is transparent: that is paper.",
    ),
    Misconception(
        "blank-let-through",
        "A picture without a digit must raise ValueError, and not become an empty image.",
        _blank_let_through,
        next="find_digit raises it already: let it pass.",
    ),
)
