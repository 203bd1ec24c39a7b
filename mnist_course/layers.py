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
    out_channels, in_channels, *kernel = weight.shape
    if x.shape[1] != in_channels:
        raise ValueError(f"x has {x.shape[1]} channels, but weight expects {in_channels}")
    height, width = (
        conv_output_size(side, k, stride, padding)
        for side, k in zip(x.shape[2:], kernel, strict=True)
    )
    patches = F.unfold(x, tuple(kernel), stride=stride, padding=padding)  # (N, C*K*L, height*width)
    out = weight.reshape(out_channels, -1) @ patches
    if bias is not None:
        out = out + bias.view(out_channels, 1)
    return out.reshape(len(x), out_channels, height, width)


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

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.stride, self.padding = stride, padding
        bound = 1 / math.sqrt(in_channels * kernel_size**2)
        shape = (out_channels, in_channels, kernel_size, kernel_size)
        self.weight = nn.Parameter(torch.empty(shape).uniform_(-bound, bound))
        self.bias = (
            nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound)) if bias else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """Convolve x with the layer's own weight and bias."""
        return conv2d(x, self.weight, self.bias, self.stride, self.padding)


def batch_norm(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    running_mean: Tensor,
    running_var: Tensor,
    training: bool,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Give every channel mean 0 and variance 1, then scale and shift it.

    In training the batch itself is measured, and the running figures, which are used in
    evaluation, move a little towards it, in place.
    """
    if len(weight) != x.shape[1]:
        raise ValueError(f"x has {x.shape[1]} channels, but weight expects {len(weight)}")
    per_channel = (1, -1) + (1,) * (x.ndim - 2)
    mean, var = running_mean, running_var
    if training:
        mean, var = _batch_stats(x)
        with torch.no_grad():
            count = x.numel() / x.shape[1]
            running_mean.lerp_(mean, momentum)
            running_var.lerp_(var * count / (count - 1), momentum)
    normal = (x - mean.view(per_channel)) / (var.view(per_channel) + eps).sqrt()
    return normal * weight.view(per_channel) + bias.view(per_channel)


def _batch_stats(x: Tensor) -> tuple[Tensor, Tensor]:
    """Return mean and (biased) variance of every channel, over the batch and all places."""
    if x.numel() <= x.shape[1]:
        raise ValueError(f"{tuple(x.shape)} leaves batch norm fewer than two values a channel")
    others = [dim for dim in range(x.ndim) if dim != 1]
    var, mean = torch.var_mean(x, dim=others, correction=0)
    return mean, var
