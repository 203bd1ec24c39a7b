"""Lesson 3: how people get what is random wrong: dropout, and a layer that begins at random."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Misconception
from mnist_course import layers

# ---- dropout -------------------------------------------------------------------------------------


def _checked(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], not {p}")


def _dropped(x: Tensor, p: float, mask_shape: Any = None) -> Tensor:
    """Drop without scaling."""
    _checked(p)
    return x * (torch.rand(mask_shape or x.shape) >= p)


def _drop_unscaled(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    return _dropped(x, p) if training else x


def _drop_kept(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    _checked(p)
    return layers.dropout(x, 1 - p, training)


def _drop_scaled_later(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    return _dropped(x, p) if training else x * (1 - p)


def _drop_always(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:  # noqa: ARG001
    return layers.dropout(x, p)


def _drop_maps(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    if not training or p == 1:
        return layers.dropout(x, p, training)
    return _dropped(x, p, (*x.shape[:2], *(1,) * (x.ndim - 2))) / (1 - p)


def _drop_one_mask(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    if not training or p == 1:
        return layers.dropout(x, p, training)
    return _dropped(x, p, x.shape[1:]) / (1 - p)


def _drop_nan(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    return _dropped(x, p) / (1 - p) if training else x


def _drop_seeded(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return layers.dropout(x, p, training)


DROPOUT = (
    Misconception("not-scaled", "What is kept is not scaled: the mean shrinks.", _drop_unscaled,
                  next="if one in four goes, by what must the other three grow?"),
    Misconception("p-is-kept", "p is the share that you keep; it is the share to be dropped.",
                  _drop_kept, next="dropout(x, 0.1) should lose a tenth."),
    Misconception(
        "scaled-in-evaluation",
        "You scale in evaluation; today's dropout scales in training, and then leaves x alone.",
        _drop_scaled_later,
        next="training=False gives x back, unchanged.",
    ),
    Misconception("training-ignored", "Values are dropped in evaluation, too.", _drop_always,
                  next="what is training=False for?"),
    Misconception(
        "whole-maps",
        "Whole feature maps are dropped; here each value has its own draw.",
        _drop_maps,
        next="the mask needs the shape of x.",
    ),
    Misconception(
        "one-mask-for-the-batch",
        "All images of the batch lose the same values.",
        _drop_one_mask,
        next="the mask needs the shape of x, with its first dimension.",
    ),
    Misconception(
        "nan-at-one",
        "p = 1 gives 0 / 0, which is not a number; zeros are asked for.",
        _drop_nan,
        next="do not divide by 1 - p where it is zero.",
    ),
    Misconception("same-draw-every-time", "Each call drops the same values.", _drop_seeded,
                  next="do not seed inside: the caller does that."),
)  # fmt: skip


# ---- Conv2d --------------------------------------------------------------------------------------


class _Plain(layers.Conv2d):
    """Keep weight and bias as plain tensors."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        parts = {name: parameter.data for name, parameter in self.named_parameters()}
        for name, tensor in parts.items():
            delattr(self, name)
            self.register_buffer(name, tensor)


class _NoBiasUsed(layers.Conv2d):
    def forward(self, x: Tensor) -> Tensor:
        return layers.conv2d(x, self.weight, None, self.stride, self.padding)


class _BiasAlways(layers.Conv2d):
    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args[:5], **{**keywords, "bias": True})


class _NoStride(layers.Conv2d):
    def forward(self, x: Tensor) -> Tensor:
        return layers.conv2d(x, self.weight, self.bias, 1, self.padding)


class _NoPadding(layers.Conv2d):
    def forward(self, x: Tensor) -> Tensor:
        return layers.conv2d(x, self.weight, self.bias, self.stride)


def _starting(change: Callable[[layers.Conv2d], Any]) -> type[layers.Conv2d]:
    """Return a layer that begins differently."""

    class Started(layers.Conv2d):
        def __init__(self, *args: Any, **keywords: Any) -> None:
            super().__init__(*args, **keywords)
            with torch.no_grad():
                change(self)

    return Started


def _bound(layer: layers.Conv2d) -> float:
    return 1 / math.sqrt(layer.weight[0].numel())


def _fill(layer: layers.Conv2d, bound: float) -> None:
    for parameter in layer.parameters():
        parameter.uniform_(-bound, bound)


def _normal(layer: layers.Conv2d) -> None:
    for parameter in layer.parameters():
        parameter.normal_()


def _zero_bias(layer: layers.Conv2d) -> None:
    if layer.bias is not None:
        layer.bias.zero_()


def _channels_only(layer: layers.Conv2d) -> None:
    _fill(layer, 1 / math.sqrt(layer.weight.shape[1]))


def _fan_out(layer: layers.Conv2d) -> None:
    _fill(layer, 1 / math.sqrt(layer.weight[:, 0].numel()))


def _positive(layer: layers.Conv2d) -> None:
    for parameter in layer.parameters():
        parameter.uniform_(0, _bound(layer))


CONV2D_LAYER = (
    Misconception(
        "not-a-parameter",
        "Weight and bias are plain tensors: no optimizer will ever hear of them.",
        _Plain,
        next="nn.Parameter makes a tensor known to the module: see list(layer.parameters()).",
    ),
    Misconception("bias-left-out", "The layer has a bias, but forward does not use it.",
                  _NoBiasUsed, next="hand self.bias to conv2d."),
    Misconception("bias-always", "bias=False is not heeded: the layer has a bias all the same.",
                  _BiasAlways, next="where bias is False, self.bias is None."),
    Misconception("stride-ignored", "The layer forgets its stride.", _NoStride,
                  next="keep it in __init__, hand it on in forward."),
    Misconception("padding-ignored", "The layer forgets its padding.", _NoPadding,
                  next="keep it in __init__, hand it on in forward."),
    Misconception("normal-start", "The weights begin as torch.randn makes them: far too large.",
                  _starting(_normal), next="draw from ±1 / sqrt(fan_in)."),
    Misconception("bias-starts-at-zero", "The bias begins at zero; PyTorch's does not.",
                  _starting(_zero_bias), next="the bias is drawn within the bound of the weight."),
    Misconception(
        "kernel-not-counted",
        "The bound counts the channels, but not the pixels of the kernel.",
        _starting(_channels_only),
        next="how many products make one output pixel? That is fan_in.",
    ),
    Misconception(
        "fan-out",
        "The bound counts what goes out; it should count what comes in.",
        _starting(_fan_out),
        next="how many products make one output pixel? That is fan_in.",
    ),
    Misconception("positive-start", "All numbers begin above zero; half should lie below.",
                  _starting(_positive), next="draw from -bound to bound."),
)  # fmt: skip
