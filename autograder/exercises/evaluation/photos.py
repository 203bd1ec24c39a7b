"""Lesson 5's last exercise: pictures of digits, drawn here, and what is asked of the result."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.cases import kinds
from autograder.compare import brief, numbers
from autograder.draw import Draw
from autograder.exercise import Case, Exercise
from autograder.exercises.evaluation.photos_mistakes import PREPARE_PHOTO, Grid, centre_of
from autograder.probes import Inputs
from autograder.probes import evaluation as probes
from mnist_course.photos import prepare_photo as reference

# Corners of a digit, x to the right and y down; none looks the same turned or mirrored.
DIGITS = (
    ((0.0, 0.15), (0.4, 0.0), (0.9, 0.1), (0.95, 0.35), (0.0, 1.0), (1.0, 1.0)),
    ((0.8, 1.0), (0.8, 0.0), (0.0, 0.7), (1.0, 0.7)),
    ((1.0, 0.0), (0.1, 0.0), (0.0, 0.45), (0.6, 0.4), (1.0, 0.6), (0.9, 0.9), (0.0, 1.0)),
    ((0.0, 0.0), (1.0, 0.0), (0.3, 1.0)),
)
Mirror = tuple[int, int]  # -1 mirrors along x, or along y
UPRIGHT: Mirror = (1, 1)
QUARTERS = {3: 2, 6: 1, 8: -1}  # how far the stored pixels are turned, by EXIF note

# ---- pictures -----------------------------------------------------------------------------------


def cover(draw: Draw, mirror: Mirror = UPRIGHT) -> Grid:
    """Draw a digit somewhere in a picture: 1 where its ink is, 0 on the paper.

    Its mass lies off the middle of its box, and not so far off that MNIST's frame would cut it.
    """
    while True:
        ink = _stroked(draw, mirror)
        rows, columns = (np.flatnonzero(ink.max(axis=k) > 0.1) for k in (1, 0))
        box = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        scale = 20 / max(box.shape)
        off = (np.array(centre_of(box)) + 0.5 - np.array(box.shape) / 2) * scale
        if 1.3 < np.abs(off).max() < 3:
            return ink


def _stroked(draw: Draw, mirror: Mirror) -> Grid:
    """Draw a digit of thick straight strokes, with smooth edges."""
    tall = draw.number(70, 90)
    height, width = int(tall * draw.number(1.3, 1.6)), int(tall * draw.number(1.1, 1.4))
    points = np.array(draw.choice(DIGITS)) + draw.rng.uniform(-0.04, 0.04, 2)
    points = points * mirror
    points = points * [tall * draw.number(0.5, 0.65), tall]
    room = np.array([width, height]) - 12 - np.ptp(points, axis=0)
    points = points - points.min(axis=0) + 6 + room * draw.rng.uniform(0.05, 0.95, 2)
    y, x = np.mgrid[:height, :width]
    away = np.min([_distance(x, y, a, b) for a, b in pairwise(points)], axis=0)
    return np.asarray(np.clip(tall * draw.number(0.06, 0.075) + 0.5 - away, 0, 1))


def _distance(x: Grid, y: Grid, start: Grid, end: Grid) -> Grid:
    """Return how far every pixel is from a line between two points."""
    (x0, y0), (dx, dy) = start, end - start
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / (dx**2 + dy**2), 0, 1)
    return np.asarray(np.hypot(x - x0 - along * dx, y - y0 - along * dy))


def photo(pixels: Grid, mode: str, orientation: int | None = None) -> Inputs:
    """Pack one picture."""
    return {
        "pixels": np.ascontiguousarray(pixels),
        "mode": mode,
        "orientation": orientation,
    }


def grey(draw: Draw, mirror: Mirror = UPRIGHT, light_ink: bool = False) -> Grid:
    """Draw ink on paper as bytes; neither is quite black or white."""
    paper, ink = draw.number(235, 255), draw.number(0, 30)
    if light_ink:
        paper, ink = ink, paper
    return np.asarray(np.rint(paper + (ink - paper) * cover(draw, mirror)), dtype="uint8")


def turned(draw: Draw, mirror: Mirror = UPRIGHT) -> Inputs:
    """Draw a colour photo that its camera stored turned."""
    orientation = draw.choice(tuple(QUARTERS))
    ink, colour = cover(draw, mirror)[..., None], draw.rng.uniform(0, 80, 3)
    upright = np.rint(250 + (colour - 250) * ink).astype("uint8")
    return photo(np.rot90(upright, QUARTERS[orientation]), "RGB", orientation)


def transparent(draw: Draw, mirror: Mirror = UPRIGHT) -> Inputs:
    """Draw dark ink on nothing at all, as drawing programs do."""
    alpha = np.rint(255 * cover(draw, mirror)).astype("uint8")
    return photo(np.dstack([np.zeros((*alpha.shape, 3), "uint8"), alpha]), "RGBA")


def two_tones(draw: Draw, mirror: Mirror = UPRIGHT) -> Inputs:
    """Draw black on white with nothing between."""
    return photo(np.where(cover(draw, mirror) > 0.5, 0, 255).astype("uint8"), "1")


def array(draw: Draw, mirror: Mirror = UPRIGHT) -> Inputs:
    """Draw an array of floats from 0 to 1."""
    ink = grey(draw, mirror, light_ink=draw.choice((True, False)))
    return photo(ink / np.float32(255), "array")


def blanks(draw: Draw) -> Inputs:
    """Make pictures without a digit."""
    size = (draw.integer(60, 90), draw.integer(60, 90))
    return {
        "photos": {
            "white": photo(np.full(size, 255, "uint8"), "L"),
            "black": photo(np.zeros((*size, 3), "uint8"), "RGB"),
            "transparent": photo(np.zeros((*size, 4), "uint8"), "RGBA"),
        }
    }


def some_pictures(draw: Draw) -> Inputs:
    """Draw a PIL image and an array."""
    return {"photos": [photo(grey(draw), "L"), array(draw)]}


def two(make: Callable[[Draw, Mirror], Inputs]) -> Callable[[Draw], Inputs]:
    """Pack two pictures, mirrored differently: one and the same answer cannot fit both."""

    def draw_both(draw: Draw) -> Inputs:
        mirrors = draw.rng.permutation(np.array([(1, 1), (1, -1), (-1, 1), (-1, -1)]))[:2]
        return {"photos": [make(draw, (int(x), int(y))) for x, y in mirrors]}

    return draw_both


# ---- what is asked of the result ----------------------------------------------------------------


def as_mnist(expected: Any, got: Any) -> str | None:
    """Say in what the result is not as MNIST was made, or return None."""
    right, left = numbers(expected), numbers(got)
    if right is None or left is None or left.shape != right.shape:
        return f"a tensor of shape (1, 1, 28, 28) was expected, {brief(got)} came"
    low, high = min(0.0, right.min()), max(1.0, right.max())
    if not (left.min() >= low - 1e-3 and left.max() <= high + 1e-3 and left.max() > high / 10):
        return f"values from 0 to 1 were expected, {left.min():.3g} to {left.max():.3g} came"
    return _placed(right[0, 0], left[0, 0])


def both_as_mnist(expected: Any, got: Any) -> str | None:
    """Say in what one of two results is not as MNIST was made, or return None."""
    if not isinstance(got, list) or len(got) != len(expected):
        return f"{len(expected)} pictures were expected, {brief(got)} came"
    return next(filter(None, map(as_mnist, expected, got)), None)


def _placed(right: Grid, left: Grid) -> str | None:
    if abs(_side(left) - _side(right)) > 2:
        return f"the digit's box has {_side(left)} pixels, not {min(_side(right), 28)} or nearly so"
    for name, came, asked in zip(("row", "column"), centre_of(left), centre_of(right), strict=True):
        asked = 14.0 if abs(asked - 14) < 0.2 else asked
        if not abs(came - asked) <= 0.55:
            return f"the centre of mass lies at {name} {came:.2f}, not {asked:.2f}"
    if not _likeness(left, right) > 0.75:
        return "the ink is not where it should be: is it turned, mirrored, stretched or inverted?"
    return None


def _likeness(left: Grid, right: Grid) -> float:
    """Return how far two images go up and down together: 1 for the same, 0 for any other."""
    left, right = left - left.mean(), right - right.mean()
    return float((left * right).sum() / (np.linalg.norm(left) * np.linalg.norm(right) + 1e-9))


see = partial(Case, probe=probes.prepared_each, judge=both_as_mnist)


def _side(image: Grid) -> int:
    """Return the longer side of the box around the ink."""
    marked = image > 0.25 * image.max()
    spans = (np.flatnonzero(marked.any(axis=k)) for k in (0, 1))
    return int(max(span[-1] - span[0] + 1 for span in spans))


# ---- the exercise -------------------------------------------------------------------------------

prepare_photo = Exercise(
    name="prepare_photo",
    asks="Make a picture of one digit a (1, 1, 28, 28) tensor, as MNIST was made.",
    difficulty="hard",
    reference=reference,
    hints=(
        "find_digit gives the ink alone. Cut its box out first, and look at it.",
        "Three steps: cut out the box, shrink it so that its longer side is 20 pixels, and put it "
        "where its centre of mass (not its middle) falls on pixel 14 of 28.",
        "The centre of mass of the rows is np.average(np.arange(height), weights=digit.sum(axis=1))"
        ". Paste the small digit into zeros of 28 by 28 at round(14 - y), round(14 - x).",
    ),
    cases=(
        see("dark on light", two(lambda d, mirror: photo(grey(d, mirror), "L"))),
        see("light on dark", two(lambda d, mirror: photo(grey(d, mirror, True), "RGB"))),
        see("black and white only", two(two_tones)),
        see("an array", two(array)),
        see("a photo that its camera turned", two(turned)),
        see("ink on transparent", two(transparent)),
        Case("refuses a blank picture", blanks, probes.photo_refusals, care=True),
        kinds(lambda d: {"photo": photo(grey(d), "L")}, probe=probes.prepared),
        Case("the picture stays as it was", some_pictures, probes.pictures_after, care=True),
    ),
    misconceptions=PREPARE_PHOTO,
)
