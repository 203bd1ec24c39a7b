"""Lesson 6: make it robust. The exercises on pictures; those on networks stand beside it."""

import math
from typing import Any

import torch
from torch import Tensor

from autograder.cases import kinds, untouched, values
from autograder.compare import near
from autograder.draw import Draw
from autograder.exercise import Case, Exercise, Misconception
from autograder.exercises.augmentation import facts as judges
from autograder.exercises.augmentation import mistakes
from autograder.exercises.augmentation.networks import (
    batch_norm,
    learning_rate_sweep,
)
from autograder.exercises.augmentation.robust import train_robust_cnn
from autograder.probes import Inputs, arguments
from autograder.probes import augmentation as probes
from mnist_course import augmentation

# ---- shift ---------------------------------------------------------------------------------------


def _shifted(draw: Draw, n: int, dx: tuple[int, int], dy: tuple[int, int]) -> Inputs:
    return arguments(draw.images(n), draw.integer(*dx), draw.integer(*dy))


shift = Exercise(
    name="shift",
    asks="Move the pictures by whole pixels; zeros come in.",
    difficulty="easy",
    reference=augmentation.shift,
    hints=(
        "Draw a picture of three by three on paper, and move it one to the right: which column of "
        "the old picture is where in the new one?",
        "Moving is padding on one side and cutting on the other. Rows are the last dimension but "
        "one and count downwards, columns are the last.",
        "F.pad takes (left, right, top, bottom), and a negative number cuts: left is dx, right is "
        "-dx. Before that, bring dx and dy to at most the width and the height.",
    ),
    cases=(
        values("right and down", lambda d: _shifted(d, 3, (1, 4), (5, 8))),
        values("left and up", lambda d: _shifted(d, 2, (-8, -5), (-4, -1))),
        values("right and up, one picture", lambda d: _shifted(d, 1, (5, 9), (-4, -1))),
        values("only down", lambda d: _shifted(d, 2, (0, 0), (1, 9))),
        values("only left", lambda d: _shifted(d, 2, (-9, -1), (0, 0))),
        values("out of the picture", lambda d: _shifted(d, 2, (30, 40), (2, 5)), care=True),
        kinds(lambda d: _shifted(d, 2, (1, 4), (1, 4))),
        untouched(lambda d: _shifted(d, 2, (1, 4), (-4, -1))),
    ),
    misconceptions=(
        Misconception(
            "wraps-around",
            "What leaves the picture on one side comes in again on the other, as torch.roll does; "
            "zeros should.", mistakes.shift_rolled,
            next="set to zero the rows and columns that have come in.",
        ),
        Misconception(
            "moved-the-other-way", "Positive dx moves to the left and positive dy up.",
            mistakes.shift_against,
            next="the pixel at column 0 should be found at column dx afterwards.",
        ),
        Misconception(
            "up-instead-of-down", "Positive dy moves up. In a picture rows count downwards.",
            mistakes.shift_upwards, next="row 0 is the top one: which row should it be afterwards?",
        ),
        Misconception(
            "axes-swapped", "dx moves along the columns and dy along the rows: they are swapped.",
            mistakes.shift_swapped, next="x runs along the last dimension, y along the one before.",
        ),
        Misconception(
            "edge-smeared", "The pixels of the edge are repeated where zeros should come in.",
            mistakes.shift_smeared, next="start from zeros and copy in what stays visible.",
        ),
        Misconception(
            "forward-only", "Negative shifts do nothing.", mistakes.shift_forward_only,
            next="try dx = -1 by hand: which columns go where?",
        ),
    ),
)  # fmt: skip


# ---- rotate --------------------------------------------------------------------------------------


def _framed(draw: Draw, n: int) -> Tensor:
    """Draw images with a dark frame: at the very edge, good ways to interpolate differ."""
    images: Tensor = draw.images(n)
    frame = torch.zeros(28, 28)
    frame[3:-3, 3:-3] = 1
    return images * frame


def _white(draw: Draw) -> Inputs:
    """Draw light images and an angle; certain is what clearly came from within or from outside."""
    degrees = draw.choice([-1, 1]) * draw.number(25, 65)
    places = torch.arange(28) - 13.5
    cos, sin = (
        torch.deg2rad(torch.tensor(degrees)).cos(),
        torch.deg2rad(torch.tensor(degrees)).sin(),
    )
    x = cos * places - sin * places[:, None]
    y = sin * places + cos * places[:, None]
    furthest = torch.maximum(x.abs(), y.abs())
    certain = (furthest < 12.4) | (furthest > 14.6)
    return {**arguments(0.5 + 0.5 * draw.images(2), degrees), "certain": certain}


def _turned(draw: Draw, n: int, each: bool = False) -> Inputs:
    angle = draw.uniform(n, low=-80, high=80) if each else draw.number(10, 80)
    return arguments(_framed(draw, n), angle)


rotate = Exercise(
    name="rotate",
    asks="Turn the pictures counter-clockwise about their centre, bilinear; zeros come in.",
    difficulty="hard",
    reference=augmentation.rotate,
    hints=(
        "Do not push the old pixels somewhere: ask of each new pixel where it comes from.",
        "To turn a picture by an angle, each new place is turned back by it. With y downwards, "
        "that is (cos * x - sin * y, sin * x + cos * y); cos and sin want radians.",
        "Bring degrees to one angle an image (expand), torch.deg2rad, then fetch with the rows "
        "(cos, -sin, zero) and (sin, cos, zero).",
    ),
    cases=(
        values("quarter turns", lambda d: arguments(_framed(d, 2), d.choice([90, -90])),
               judge=near(0.02)),
        values("one angle for all", lambda d: _turned(d, 2), judge=near(0.02)),
        values("one angle an image", lambda d: _turned(d, 4, each=True), points=2,
               judge=near(0.02)),
        values("one image, one angle", lambda d: _turned(d, 1, each=True), judge=near(0.02)),
        Case("zeros come in", _white, probe=probes.certain_pixels, judge=near(0.02)),
        kinds(lambda d: _turned(d, 2)),
        untouched(lambda d: _turned(d, 2, each=True)),
    ),
    misconceptions=(
        Misconception(
            "clockwise", "It turns clockwise.", mistakes.rotate_clockwise,
            next="turn a dot that stands right of the centre by 90: it should come to the top.",
        ),
        Misconception(
            "degrees-as-radians", "The degrees are taken for radians.", mistakes.rotate_radians,
            next="torch.deg2rad, before cos and sin.",
        ),
        Misconception(
            "first-angle-for-all", "Every image is turned by the angle of the first.",
            mistakes.rotate_first_angle, next="cos and sin need one value for each image.",
        ),
        Misconception(
            "about-the-corner", "It turns about the corner of the picture, not about its centre.",
            mistakes.rotate_corner, next="count x and y from the centre.",
        ),
        Misconception(
            "half-a-pixel-off", "It turns about pixel (14, 14). The centre of 28 pixels lies "
            "between two of them, at 13.5.", mistakes.rotate_half_pixel,
            next="turn by 180: the first pixel should become the last.",
        ),
        Misconception(
            "nearest-pixel", "It takes the nearest pixel; bilinear mixes the four around.",
            mistakes.rotate_nearest, next='the mode of grid_sample should be "bilinear".',
        ),
        Misconception(
            "edge-smeared", "The edge is repeated where zeros should come in.",
            mistakes.rotate_smeared, next='the padding_mode of grid_sample should be "zeros".',
        ),
    ),
)  # fmt: skip


# ---- random_affine -------------------------------------------------------------------------------


def _ranges(draw: Draw, shift: float, degrees: float, low: float, high: float) -> Inputs:
    ranges = [shift, degrees, (low, high)]
    pictures = judges.blobs(40, draw.number(4, 5), draw.number(0, 2 * math.pi))
    return {"ranges": ranges, "pictures": pictures, "seed": draw.seed()}


def _blobs_case(name: str, *ranges: float) -> Case:
    return Case(name, lambda d: _ranges(d, *ranges), probe=probes.drawn_for_each,
                judge=judges.same_facts)  # fmt: skip


def _framed_case(draw: Draw) -> Inputs:
    return {**_ranges(draw, 0, 0, 1.0, 1.0), "pictures": [_framed(draw, 12)]}


def _white_case(draw: Draw) -> Inputs:
    return {
        **_ranges(draw, 5, 0, 1.0, 1.0),
        "pictures": [torch.full((40, 1, 28, 28), draw.number(0.4, 1.0))],
    }


def _distorted(draw: Draw) -> Inputs:
    return {"args": [draw.images(3), 3, 20, (0.8, 1.2)], "seed": draw.seed()}


def _images_of(inputs: Inputs) -> Any:
    return inputs["args"][0]


random_affine = Exercise(
    name="random_affine",
    asks="Shift, turn and scale each image by a draw of its own.",
    difficulty="hard",
    reference=augmentation.random_affine,
    hints=(
        "First the draws: for each image an angle, a scale, and a shift each way, from the "
        "generator. Print them before you move a picture.",
        "torch.rand lies in [0, 1): 2 * draw - 1 lies around zero, low + draw * (high - low) "
        "between low and high. To go back to where a pixel was, undo the shift first, then scale "
        "and angle.",
        "torch.rand(4, len(images), generator=generator) gives all draws. As in rotate, with cos "
        "and sin divided by the scale; the last of each row is that row times (-dx, -dy).",
    ),
    cases=(
        _blobs_case("only shifts", 4, 0, 1.0, 1.0),
        _blobs_case("only angles", 0, 25, 1.0, 1.0),
        _blobs_case("only smaller", 0, 0, 0.6, 0.8),
        _blobs_case("only larger", 0, 0, 1.2, 1.5),
        _blobs_case("all at once", 2, 80, 0.75, 1.0),
        Case("zeros come in", _white_case, probe=probes.drawn_for_each, judge=judges.same_rims),
        Case("repeats with its generator", lambda d: _ranges(d, 3, 20, 1.0, 1.0),
             probe=probes.drawn_again, judge=judges.same_repeats),
        Case("ranges of nothing", _framed_case, probe=probes.drawn_for_each,
             judge=judges.same_identity, care=True),
        kinds(_distorted, probe=probes.drawn),
        untouched(_distorted, probe=probes.drawn_images_after, expect=_images_of),
    ),
    misconceptions=(
        Misconception(
            "one-draw-for-all", "Every image of the batch is moved in the same way.",
            mistakes.affine_one_draw, next="draw len(images) numbers, not one.",
        ),
        Misconception(
            "degrees-as-radians", "The degrees are taken for radians: it turns much too far.",
            mistakes.affine_radians, next="torch.deg2rad, before cos and sin.",
        ),
        Misconception(
            "scale-inverted", "A scale above 1 makes the digit smaller, and one below 1 larger.",
            mistakes.affine_inverted,
            next="the way back to where a pixel was divides by the scale.",
        ),
        Misconception(
            "mirrored", "Some pictures are mirrored. A mirrored 2 is not a 2 any more: "
            "an augmentation must leave the label true.", mistakes.affine_mirrored,
            next="shift, turn and scale only.",
        ),
        Misconception(
            "shifts-half-as-far", "The shifts reach only half as far as they should. In the units "
            "of grid_sample the picture is 2 wide, not 1.", mistakes.affine_half_shift,
            next="a pixel is 2 / width.",
        ),
        Misconception(
            "one-sided", "It moves right and down and turns one way only, never left, up or back.",
            mistakes.affine_one_sided, next="2 * torch.rand(...) - 1 lies on both sides of zero.",
        ),
        Misconception(
            "generator-ignored", "The draws do not come from the generator, so nothing repeats.",
            mistakes.affine_global, next="torch.rand(..., generator=generator).",
        ),
    ),
)  # fmt: skip

EXERCISES = (shift, rotate, random_affine, batch_norm, learning_rate_sweep, train_robust_cnn)
