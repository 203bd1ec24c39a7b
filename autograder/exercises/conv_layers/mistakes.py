"""Lesson 3: how people get its first four functions wrong; each mistake is a wrong answer
that runs."""

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.exercise import Misconception
from mnist_course import layers

# ---- conv_output_size ----------------------------------------------------------------------------


def _size_no_one(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    return layers.conv_output_size(size, kernel_size, stride, padding) - 1


def _size_padding_once(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    layers.conv_output_size(size, kernel_size, stride, padding)
    return (size + padding - kernel_size) // stride + 1


def _size_no_padding(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    layers.conv_output_size(size, kernel_size, stride, padding)
    return (size - kernel_size) // stride + 1


def _size_no_stride(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    layers.conv_output_size(size, kernel_size, stride, padding)
    return size + 2 * padding - kernel_size + 1


def _size_float(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> float:
    layers.conv_output_size(size, kernel_size, stride, padding)
    return (size + 2 * padding - kernel_size) / stride + 1


def _size_rounded_up(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    return math.ceil(_size_float(size, kernel_size, stride, padding))


def _size_of_anything(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    return (size + 2 * padding - kernel_size) // stride + 1


CONV_OUTPUT_SIZE = (
    Misconception(
        "plus-one-forgotten",
        "You count the steps that the kernel takes; it has one more place than steps.",
        _size_no_one,
        next="a kernel as large as the side takes no step at all. How many places has it?",
    ),
    Misconception(
        "padding-once",
        "The padding is counted once, but it lies on both sides.",
        _size_padding_once,
        next="draw a side of 5 with a padding of 1, and count the pixels.",
    ),
    Misconception("padding-ignored", "The padding is left out.", _size_no_padding,
                  next="the padded side is longer. By how much?"),
    Misconception("stride-ignored", "The stride is left out.", _size_no_stride,
                  next="with a stride of 2 the kernel stops at every second place."),
    Misconception(
        "float-division",
        "The division leaves a fraction, or a float: there is no half place for a kernel.",
        _size_float,
        next="which division of Python gives whole numbers?",
    ),
    Misconception(
        "rounded-up",
        "The last step leaves the picture: you round up where only whole steps fit.",
        _size_rounded_up,
        next="a step that does not fit any more is not taken.",
    ),
    Misconception(
        "nonsense-accepted",
        "The sizes are right, but what makes no sense is answered, too.",
        _size_of_anything,
        next="raise ValueError where the kernel does not fit, or where a size is not positive.",
    ),
)  # fmt: skip


# ---- conv2d --------------------------------------------------------------------------------------


def _conv_flipped(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:
    return layers.conv2d(x, weight.flip(2, 3), bias, stride, padding)


def _conv_no_bias(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:  # noqa: ARG001
    return layers.conv2d(x, weight, None, stride, padding)


def _conv_step_one(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:  # noqa: ARG001
    return layers.conv2d(x, weight, bias, 1, padding)


def _conv_unpadded(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:  # noqa: ARG001
    return layers.conv2d(x, weight, bias, stride, 0)


def _conv_one_side(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:
    return layers.conv2d(F.pad(x, (0, padding, 0, padding)), weight, bias, stride)


def _conv_one_axis(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:
    return layers.conv2d(F.pad(x, (padding, padding)), weight, bias, stride)


def _conv_turned(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:
    return layers.conv2d(x, weight.transpose(2, 3), bias, stride, padding)


def _conv_swapped(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:
    if weight.shape[0] != x.shape[1]:
        raise RuntimeError("the sizes of the tensors do not fit")  # as torch says, at length
    return layers.conv2d(x, weight.transpose(0, 1), bias, stride, padding)


def _conv_mean(x: Any, weight: Any, bias: Any = None, stride: int = 1, padding: int = 0) -> Any:
    return layers.conv2d(x, weight / weight.shape[1], bias, stride, padding)


CONV2D = (
    Misconception(
        "kernel-flipped",
        "Your output is exactly that of a flipped kernel. PyTorch's conv2d is a "
        "cross-correlation: it does not flip.",
        _conv_flipped,
        next="compare weight[0, 0] with the patch under it, at one output pixel.",
    ),
    Misconception("bias-left-out", "The bias is not added.", _conv_no_bias,
                  next="each output channel has one number of its own to be added."),
    Misconception("stride-ignored", "The kernel moves by one pixel, whatever the stride.",
                  _conv_step_one, next="output row 1 begins at input row `stride`."),
    Misconception("padding-ignored", "No zeros are put around the image.", _conv_unpadded,
                  next="F.pad(x, …) with zeros, before the kernel slides."),
    Misconception(
        "padding-one-side",
        "The zeros are only put at the right and at the bottom.",
        _conv_one_side,
        next="F.pad takes left, right, top and bottom: what do you give it?",
    ),
    Misconception(
        "padding-one-axis",
        "The zeros are put left and right, but not above and below.",
        _conv_one_axis,
        next="F.pad takes two numbers a side, and begins with the last dimension.",
    ),
    Misconception(
        "transposed-weight",
        "Height and width of the kernel are swapped.",
        _conv_turned,
        next="weight is (out, in, height, width): rows come before columns, as in x.",
    ),
    Misconception(
        "channels-swapped",
        "The channels of the weight are swapped: its first dimension is the output's.",
        _conv_swapped,
        next="weight[o, c] is what output channel o makes of input channel c.",
    ),
    Misconception(
        "channels-averaged",
        "The channels are averaged; a convolution sums them.",
        _conv_mean,
        next="one output pixel is one sum, over all channels and the whole kernel.",
    ),
)  # fmt: skip


# ---- max_pool2d ----------------------------------------------------------------------------------


def _pool_mean(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    layers.max_pool2d(x, kernel_size, stride)
    return F.avg_pool2d(x, kernel_size, stride)


def _pool_no_stride(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:  # noqa: ARG001
    return layers.max_pool2d(x, kernel_size)


def _pool_step_one(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    return layers.max_pool2d(x, kernel_size, stride or 1)


def _pool_rest(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    layers.max_pool2d(x, kernel_size, stride)
    return F.max_pool2d(x, kernel_size, stride, ceil_mode=True)


def _pool_from_zero(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    return layers.relu(layers.max_pool2d(x, kernel_size, stride))


def _pool_columns(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    step = kernel_size if stride is None else stride
    return x.unfold(-1, kernel_size, step).amax(dim=-1)


MAX_POOL2D = (
    Misconception("averaged", "Each window is averaged; its largest value is asked for.",
                  _pool_mean, next="one strong answer anywhere in the window should survive."),
    Misconception("stride-ignored", "The windows move by their own size, whatever the stride.",
                  _pool_no_stride, next="only where stride is None it is kernel_size."),
    Misconception(
        "stride-one",
        "Without a stride the windows move by one pixel; they should not overlap.",
        _pool_step_one,
        next="stride=None means kernel_size.",
    ),
    Misconception(
        "border-kept",
        "A window that hangs over the border is kept; only whole windows count.",
        _pool_rest,
        next="conv_output_size(7, 2, 2) is 3: the last row of 7 is left out.",
    ),
    Misconception(
        "starts-at-zero",
        "Where a whole window lies below zero you give zero.",
        _pool_from_zero,
        next="does your search for the largest start at 0, or is there a zero around the image?",
    ),
    Misconception(
        "one-axis",
        "Only the columns are pooled; a window has rows, too.",
        _pool_columns,
        next="do the same along the other dimension.",
    ),
)  # fmt: skip


# ---- relu ----------------------------------------------------------------------------------------


def _relu_in_place(x: Tensor) -> Tensor:
    x[x < 0] = 0
    return x


RELU = (
    Misconception("absolute-value", "You turn the sign of what is negative; it becomes zero.",
                  torch.abs, next="relu(-3) is 0, not 3."),
    Misconception("wrong-side", "You keep what is negative.", lambda x: x.clamp(max=0),
                  next="relu(3) is 3, and relu(-3) is 0."),
    Misconception("leaky", "A little of what is negative comes through.", F.leaky_relu,
                  next="there is no slope below zero."),
    Misconception("step", "You say whether a value is positive, not how large it is.",
                  lambda x: (x > 0).to(x.dtype) + 0 * x, next="what is positive stays as it is."),
    Misconception("clipped-at-one", "Large values are cut off at 1.", lambda x: x.clamp(0, 1),
                  next="there is no upper end."),
    Misconception("smoothed", "This is the smooth relative: log(1 + exp(x)).", F.softplus,
                  next="relu has a corner at zero; below it is exactly 0."),
    Misconception(
        "in-place",
        "The values are right, but x itself is changed: whoever gave it to you still needs it.",
        _relu_in_place,
        next="make a new tensor: torch.where, clamp (not clamp_), or a product.",
    ),
)  # fmt: skip
