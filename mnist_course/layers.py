"""Lesson 3: the layers, built by hand. `batch_norm` joins them in lesson 6."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def conv_output_size(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    """Count the places at which a kernel fits along one side."""
    if min(size, kernel_size, stride) < 1 or padding < 0:
        raise ValueError(
            f"size {size}, kernel_size {kernel_size} and stride {stride} must be positive, "
            f"and padding {padding} not negative"
        )
    if kernel_size > size + 2 * padding:
        raise ValueError(
            f"a kernel of {kernel_size} does not fit into {size} with padding {padding}"
        )
    return (size + 2 * padding - kernel_size) // stride + 1


def conv2d(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: int = 1, padding: int = 0
) -> Tensor:
    """Slide each kernel over each image: (N, C, H, W) * (O, C, K, L) -> (N, O, height, width)."""
    if x.shape[1] != weight.shape[1]:
        raise ValueError(f"x has {x.shape[1]} channels, but weight expects {weight.shape[1]}")
    kernel = (weight.shape[2], weight.shape[3])
    height = conv_output_size(x.shape[2], kernel[0], stride, padding)
    width = conv_output_size(x.shape[3], kernel[1], stride, padding)
    patches = F.unfold(x, kernel, stride=stride, padding=padding)  # (N, C*K*L, height*width)
    out = weight.flatten(1) @ patches
    if bias is not None:
        out = out + bias.view(len(weight), 1)
    return out.reshape(len(x), len(weight), height, width)


def max_pool2d(x: Tensor, kernel_size: int, stride: int | None = None) -> Tensor:
    """Keep the largest value of each window; by default the windows do not overlap."""
    stride = kernel_size if stride is None else stride
    for side in x.shape[-2:]:
        conv_output_size(side, kernel_size, stride)  # raises where the kernel does not fit
    windows = x.unfold(-2, kernel_size, stride).unfold(-2, kernel_size, stride)
    return windows.amax(dim=(-2, -1))


def relu(x: Tensor) -> Tensor:
    """Keep what is positive; the rest becomes zero."""
    return x.masked_fill(x <= 0, 0)


def dropout(x: Tensor, p: float = 0.5, training: bool = True) -> Tensor:
    """Zero each value with probability p, and scale the rest so that the mean stays."""
    if not 0 <= p <= 1:
        raise ValueError(f"p must lie in [0, 1], not {p}")
    if not training or p == 0:
        return x
    dropped = torch.rand_like(x) < p
    scaled = x / (1 - p) if p < 1 else x
    return scaled.masked_fill(dropped, 0)


class Conv2d(nn.Module):
    """A convolution that owns its weight and bias, initialised as PyTorch does."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int,
                 stride: int = 1, padding: int = 0, bias: bool = True) -> None:  # fmt: skip
        super().__init__()
        self.stride, self.padding = stride, padding
        weight = torch.empty(out_channels, in_channels, kernel_size, kernel_size)
        bound = 1 / math.sqrt(in_channels * kernel_size**2)  # fan_in: products in one sum
        self.weight = nn.Parameter(weight.uniform_(-bound, bound))
        offset = torch.empty(out_channels).uniform_(-bound, bound)
        self.bias = nn.Parameter(offset) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        """Convolve x with the layer's own weight and bias."""
        return conv2d(x, self.weight, self.bias, self.stride, self.padding)


def per_channel(values: Tensor, x: Tensor) -> Tensor:
    """Reshape one value a channel, (C,), so that it meets x, (N, C, ...), in its channels."""
    if len(values) != x.shape[1]:
        raise ValueError(f"x has {x.shape[1]} channels, but weight expects {len(values)}")
    return values.view(1, -1, *[1] * (x.ndim - 2))


def channel_rows(x: Tensor) -> Tensor:
    """Lay all values of a channel, over the batch and all places, into one row: (C, values)."""
    if x.numel() <= x.shape[1]:
        raise ValueError(f"{tuple(x.shape)} leaves batch norm fewer than two values a channel")
    return x.transpose(0, 1).flatten(1)


def batch_norm(
    x: Tensor, weight: Tensor, bias: Tensor, running_mean: Tensor, running_var: Tensor,
    training: bool, momentum: float = 0.1, eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """Give every channel mean 0 and variance 1, then scale and shift it by weight and bias."""
    mean, var = running_mean, running_var
    if training:  # measure the batch; the running figures move a little towards it, in place
        rows = channel_rows(x)
        mean, var = rows.mean(dim=1), rows.var(dim=1, correction=0)
        with torch.no_grad():
            running_mean.lerp_(mean, momentum)
            running_var.lerp_(rows.var(dim=1), momentum)
    mean, var, weight, bias = (per_channel(v, x) for v in (mean, var, weight, bias))
    return (x - mean) / (var + eps).sqrt() * weight + bias
