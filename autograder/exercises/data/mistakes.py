"""Lesson 1, files and tensors: what people get wrong, as wrong answers that can be run."""

# ruff: noqa: ARG001, D103 (the sentence that goes with each explains it)

import gzip
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from mnist_course.data import tensors

# ---- read_idx ------------------------------------------------------------------------------------


def _read(path: Any, **twists: Any) -> Any:
    return _parsed(tensors.unzipped(path), **twists)


def _parsed(
    raw: bytes,
    numbers: str = ">u4",
    dimensions: int | None = None,
    start: int | None = None,
    types: bytes = b"\x08",
    order: Any = "C",
    exact: bool = True,
) -> Any:
    """Read what an IDX file holds; each option twists one step."""
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] not in types:
        raise ValueError("magic number")
    dimensions = raw[3] if dimensions is None else dimensions
    shape = tuple(np.frombuffer(raw, numbers, count=dimensions, offset=4).tolist())
    start = 4 + 4 * dimensions if start is None else start
    if exact and len(raw) != 4 + 4 * dimensions + math.prod(shape):
        raise ValueError("length")
    return np.frombuffer(raw, np.uint8, math.prod(shape), start).reshape(shape, order=order)


def little_endian(path: Any) -> Any:
    return _read(path, numbers="<u4")


def three_dimensions(path: Any) -> Any:
    return _read(path, dimensions=3)


def data_at_8(path: Any) -> Any:
    return _read(path, start=8)


def columns_first(path: Any) -> Any:
    return _read(path, order="F")


def any_type(path: Any) -> Any:
    return _read(path, types=bytes(range(256)))


def any_magic(path: Any) -> Any:
    raw = tensors.unzipped(path)
    with_magic = bytearray(raw)
    with_magic[:3] = b"\0\0\x08"
    return _parsed(bytes(with_magic))


def rest_ignored(path: Any) -> Any:
    return _read(path, exact=False)


def told_by_name(path: Any) -> Any:
    """Unzip what is called .gz, and nothing else."""
    is_gzip = Path(path).suffix == ".gz"
    return _parsed(gzip.open(path).read() if is_gzip else Path(path).read_bytes())


def gzip_error_escapes(path: Any) -> Any:
    raw = Path(path).read_bytes()
    return _parsed(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)


# ---- to_tensors ----------------------------------------------------------------------------------


def not_scaled(images: Any, labels: Any) -> Any:
    pixels, targets = tensors.to_tensors(images, labels)
    return pixels * 255, targets


def whole_division(images: Any, labels: Any) -> Any:
    pixels, targets = tensors.to_tensors(images, labels)
    return pixels.floor(), targets


def by_256(images: Any, labels: Any) -> Any:
    pixels, targets = tensors.to_tensors(images, labels)
    return pixels * 255 / 256, targets


def no_channel(images: Any, labels: Any) -> Any:
    pixels, targets = tensors.to_tensors(images, labels)
    return pixels[:, 0], targets


def channel_last(images: Any, labels: Any) -> Any:
    pixels, targets = tensors.to_tensors(images, labels)
    return pixels.movedim(1, 3), targets


def labels_stay_bytes(images: Any, labels: Any) -> Any:
    pixels, targets = tensors.to_tensors(images, labels)
    return pixels, targets.to(torch.uint8)


def doubles(images: Any, labels: Any) -> Any:
    pixels, targets = tensors.to_tensors(images, labels)
    return pixels.double(), targets


def to_tensors_any_lengths(images: Any, labels: Any) -> Any:
    """Turn each into a tensor by itself."""
    no_labels, no_images = np.zeros(len(images), np.uint8), np.zeros((len(labels), 1, 1), np.uint8)
    return tensors.to_tensors(images, no_labels)[0], tensors.to_tensors(no_images, labels)[1]


# ---- channel_stats -------------------------------------------------------------------------------


def variance(images: Tensor) -> Any:
    return images.mean().item(), images.var().item()


def mean_of_stds(images: Tensor) -> Any:
    return images.mean().item(), images.flatten(1).std(dim=1).mean().item()


def std_of_means(images: Tensor) -> Any:
    return images.mean().item(), images.flatten(1).mean(dim=1).std(correction=0).item()


def over_images_only(images: Tensor) -> Any:
    return images.mean().item(), images.std(dim=0, correction=0).mean().item()


def root_mean_square(images: Tensor) -> Any:
    return images.mean().item(), images.square().mean().sqrt().item()


def ink_only(images: Tensor) -> Any:
    return tensors.channel_stats(images[images > 0])


def std_first(images: Tensor) -> Any:
    return tensors.channel_stats(images)[::-1]


def stats_as_tensors(images: Tensor) -> Any:
    return images.mean(), images.std()


# ---- normalize -----------------------------------------------------------------------------------


def by_the_variance(images: Tensor, mean: float, std: float) -> Any:
    return tensors.normalize(images, mean, std) / std


def mean_not_taken_away(images: Tensor, mean: float, std: float) -> Any:
    return tensors.normalize(images, 0, std)


def divided_first(images: Tensor, mean: float, std: float) -> Any:
    return tensors.normalize(images, 0, std) - mean


def only_the_mean_divided(images: Tensor, mean: float, std: float) -> Any:
    return images - tensors.normalize(torch.tensor(mean), 0, std)


def multiplied(images: Tensor, mean: float, std: float) -> Any:
    return tensors.normalize(images, mean, std) * std**2


def own_stats(images: Tensor, mean: float, std: float) -> Any:
    tensors.normalize(images, mean, std)
    return tensors.normalize(images, *tensors.channel_stats(images))


def clipped(images: Tensor, mean: float, std: float) -> Any:
    return tensors.normalize(images, mean, std).clamp(0, 1)


def in_place(images: Tensor, mean: float, std: float) -> Any:
    return images.copy_(tensors.normalize(images, mean, std))


def any_std(images: Tensor, mean: float, std: float) -> Any:
    return (images - mean) / std
