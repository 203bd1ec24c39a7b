"""Lesson 3: the layers; what is random in them, and the networks, have modules of their own."""

from typing import Any

import torch

from autograder.cases import gradients, kinds, refuses, untouched, values
from autograder.draw import Draw
from autograder.exercise import Exercise
from autograder.exercises.conv_layers import mistakes
from autograder.exercises.conv_layers.chance import Conv2d, dropout, refuses_each
from autograder.exercises.conv_layers.models import DigitCNN, count_parameters
from autograder.probes import Inputs, arguments
from mnist_course import layers

CONVOLUTION_FUNCTIONS = (
    "conv[123]d", "conv_t*", "conv_tbc", "[Cc]onvolution*", "_convolution*", "Conv[123]d",
    "ConvTranspose*", "convolve*", "correlate*", "fftconvolve", "oaconvolve", "*_convolution",
    "LazyConv*", "*conv[123]d*", "filter2d",
)  # fmt: skip
POOLING = ("*max_pool*", "*MaxPool*", "*AdaptiveMax*", "maximum_filter*", "grey_dilation")

# ---- conv_output_size ----------------------------------------------------------------------------


def _side(draw: Draw, stride: int = 1, padding: int = 0, rest: int = 0) -> Inputs:
    """Draw a side and a kernel; the last step of the kernel leaves `rest` pixels over."""
    kernel_size = draw.integer(2 * padding + 3, 2 * padding + 8)
    size = kernel_size - 2 * padding + stride * draw.integer(3, 90) + rest
    keywords = {"stride": stride} if stride > 1 else {}
    return arguments(size, kernel_size, **keywords, **({"padding": padding} if padding else {}))


def _exact(draw: Draw) -> Inputs:
    size, padding = draw.integer(1, 9), draw.integer(0, 3)
    return arguments(size, size + 2 * padding, draw.integer(1, 3), padding)


def _too_large(draw: Draw) -> list[list[Any]]:
    size, padding = draw.integer(3, 9), draw.integer(1, 3)
    return [[size, size + 1], [size, size + 2 * padding + 1, 1, padding], [size, size + 9, 2]]


conv_output_size = Exercise(
    name="conv_output_size",
    asks="Count the places at which a kernel fits along one side.",
    difficulty="easy",
    reference=layers.conv_output_size,
    hints=(
        "How far can a kernel of 3 move along a side of 5? And at how many places does it stop?",
        "The kernel takes the room that it leaves free in steps of `stride`; only whole steps "
        "count, and the place where it begins counts, too. Padding makes both ends longer.",
        "Room: the padded side less the kernel. Whole steps: // stride. And one for the beginning.",
    ),
    cases=(
        values("a kernel that moves by one", _side),
        values("padding", lambda d: _side(d, padding=d.integer(1, 3))),
        values("a stride that comes out even", lambda d: _side(d, stride=d.integer(2, 4))),
        values("a stride that leaves a rest", lambda d: _side(d, stride=3, rest=1)),
        values("stride and padding", lambda d: _side(d, stride=4, padding=1, rest=3)),
        values("a kernel that just fits", _exact, care=True),
        kinds(lambda d: _side(d, stride=2, padding=1)),
        refuses_each("a kernel that does not fit", _too_large),
        refuses_each(
            "sizes that are not positive",
            lambda d: [[0, d.integer(1, 3), 1, 2], [-1, 1, 1, 3], [9, 0], [9, -d.integer(1, 9)]],
        ),
    ),
    misconceptions=mistakes.CONV_OUTPUT_SIZE,
)


# ---- conv2d --------------------------------------------------------------------------------------


def _convolution(
    draw: Draw,
    x: tuple[int, int, int, int],
    weight: tuple[int, int, int, int],
    bias: bool = True,
    **options: int,
) -> Inputs:
    parts = [draw.normal(*x), draw.normal(*weight)]
    return arguments(*parts, *([draw.normal(weight[0])] if bias else []), **options)


def _with_upstream(draw: Draw) -> Inputs:
    inputs = _convolution(draw, (2, 2, 6, 5), (3, 2, 3, 2), stride=2, padding=1)
    return {**inputs, "upstream": draw.normal(2, 3, 3, 3)}


def _too_small(draw: Draw) -> list[list[Any]]:
    kernel = draw.normal(4, 2, 5, 5)
    return [[draw.normal(1, 2, 4, 9), kernel], [draw.normal(1, 2, 9, 4), kernel]]


conv2d = Exercise(
    name="conv2d",
    asks="Slide each kernel over each image.",
    difficulty="hard",
    reference=layers.conv2d,
    hints=(
        "One output pixel is one sum: a patch of x times a kernel, over all channels. Begin there.",
        "PyTorch's convolution is a cross-correlation: the kernel lies on the patch as it is, and "
        "what lies on each other is multiplied. Pad first, then step by stride.",
        "F.unfold gives every patch as a column: weight.reshape(O, -1) @ patches, then reshape.",
    ),
    forbidden=CONVOLUTION_FUNCTIONS,
    instead="F.unfold and F.pad may be used.",
    cases=(
        values(
            "one channel, no bias",
            lambda d: _convolution(d, (1, 1, 5, 5), (1, 1, 3, 3), bias=False),
        ),
        values(
            "several channels and a bias", lambda d: _convolution(d, (2, 3, 9, 7), (4, 3, 3, 3))
        ),
        values(
            "stride and padding",
            lambda d: _convolution(d, (2, 3, 10, 7), (3, 3, 3, 3), stride=2, padding=1),
        ),
        values(
            "a kernel that is not square", lambda d: _convolution(d, (1, 2, 6, 9), (3, 2, 2, 5))
        ),
        gradients(_with_upstream, of=(0, 1, 2)),
        kinds(lambda d: _convolution(d, (2, 1, 5, 6), (2, 1, 3, 3))),
        untouched(lambda d: _convolution(d, (2, 1, 5, 6), (2, 1, 3, 3), padding=1)),
        values(
            "a kernel that only fits with padding",
            lambda d: _convolution(d, (2, 1, 3, 4), (2, 1, 5, 5), padding=1),
            care=True,
        ),
        refuses(
            "channels that differ", lambda d: arguments(d.normal(1, 3, 9, 9), d.normal(4, 2, 3, 3))
        ),
        refuses_each("a kernel that does not fit", _too_small),
    ),
    misconceptions=mistakes.CONV2D,
)


# ---- max_pool2d ----------------------------------------------------------------------------------


def _pooled_gradients(draw: Draw) -> Inputs:
    """No two values are alike: which of two equal ones is the largest is nobody's business."""
    x = torch.from_numpy(draw.rng.permutation(2 * 7 * 9).astype("float32")).reshape(1, 2, 7, 9)
    return {**arguments(x, 3, 2), "upstream": draw.normal(1, 2, 3, 4)}


max_pool2d = Exercise(
    name="max_pool2d",
    asks="Keep the largest value of each window.",
    difficulty="medium",
    reference=layers.max_pool2d,
    hints=(
        "Where the windows begin is what conv_output_size counted. Take them one by one first.",
        "Each channel of each image is pooled by itself; only whole windows count, and without a "
        "stride they lie side by side.",
        "x.unfold(2, size, step) cuts the rows into windows, a second unfold cuts the columns; "
        "amax over the last two dimensions is what is asked for.",
    ),
    forbidden=POOLING,
    instead="Loops with amax, or the method x.unfold, may be used.",
    cases=(
        values("windows side by side", lambda d: arguments(d.normal(2, 3, 6, 8), 2)),
        values("all below zero", lambda d: arguments(-d.uniform(1, 2, 9, 6, low=0.5), 3)),
        values("a border that is left over", lambda d: arguments(-d.uniform(2, 1, 7, 8), 3)),
        values("windows that overlap", lambda d: arguments(d.normal(1, 2, 7, 9), 3, stride=1)),
        values("windows with gaps", lambda d: arguments(d.normal(1, 2, 11, 8), 2, stride=3)),
        gradients(_pooled_gradients),
        kinds(lambda d: arguments(d.normal(1, 2, 4, 6), 2)),
        untouched(lambda d: arguments(d.normal(1, 2, 5, 6), 2)),
        refuses_each(
            "a kernel that does not fit",
            lambda d: [[d.normal(1, 1, 2, 9), 3], [d.normal(1, 1, 9, 2), 3, 1]],
        ),
    ),
    misconceptions=mistakes.MAX_POOL2D,
)  # fmt: skip


# ---- relu ----------------------------------------------------------------------------------------

relu = Exercise(
    name="relu",
    asks="Keep what is positive; the rest becomes zero.",
    difficulty="easy",
    reference=layers.relu,
    hints=(
        "For each value there are two cases. What comes out of 3, and of -3?",
        "Make a new tensor in which what lies below zero is replaced; x itself must stay.",
        "One call will do: torch.where, x.clamp, torch.maximum with zeros, or x times a mask.",
    ),
    cases=(
        values("feature maps", lambda d: arguments(d.normal(2, 3, 4, 5))),
        values("a table of large values", lambda d: arguments(50 * d.normal(6, 7))),
        gradients(lambda d: {**arguments(d.normal(3, 8)), "upstream": d.normal(3, 8)}),
        kinds(lambda d: arguments(d.normal(2, 3))),
        untouched(lambda d: arguments(d.normal(2, 1, 4, 4))),
    ),
    misconceptions=mistakes.RELU,
)


EXERCISES = (
    conv_output_size, conv2d, max_pool2d, relu, dropout, Conv2d, count_parameters, DigitCNN,
)  # fmt: skip
