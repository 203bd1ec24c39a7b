"""Lesson 1, splits and loaders: what people get wrong, as wrong answers that can be run."""

# ruff: noqa: ARG001, D103 (the sentence that goes with each explains it)

from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

from mnist_course.data import tensors

# ---- train_val_split -----------------------------------------------------------------------------


def _parted(images: Tensor, labels: Tensor, held_out: Tensor) -> tuple[Tensor, ...]:
    return images[~held_out], labels[~held_out], images[held_out], labels[held_out]


def _first_of(order: Tensor, count: int) -> Tensor:
    held_out = torch.zeros(len(order), dtype=torch.bool)
    held_out[order[:count]] = True
    return held_out


def not_stratified(images: Tensor, labels: Tensor, fraction: float, seed: int) -> Any:
    tensors.train_val_split(images, labels, fraction, seed)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    return _parted(images, labels, _first_of(order, round(len(labels) * fraction)))


def cut_in_order(images: Tensor, labels: Tensor, fraction: float, seed: int) -> Any:
    tensors.train_val_split(images, labels, fraction, seed)
    order = torch.arange(len(labels))
    return _parted(images, labels, _first_of(order, round(len(labels) * fraction)))


def first_of_each_class(images: Tensor, labels: Tensor, fraction: float, seed: int) -> Any:
    tensors.train_val_split(images, labels, fraction, seed)
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label in labels.unique():
        members = (labels == label).nonzero()[:, 0]
        held_out[members[: round(len(members) * fraction)]] = True
    return _parted(images, labels, held_out)


def equal_counts(images: Tensor, labels: Tensor, fraction: float, seed: int) -> Any:
    tensors.train_val_split(images, labels, fraction, seed)
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label in labels.unique():
        members = order[labels[order] == label]
        held_out[members[: round(len(labels) * fraction / len(labels.unique()))]] = True
    return _parted(images, labels, held_out)


def split_seed_ignored(images: Tensor, labels: Tensor, fraction: float, _: int) -> Any:
    return tensors.train_val_split(images, labels, fraction, 0)


def split_unseeded(images: Tensor, labels: Tensor, fraction: float, _: int) -> Any:
    return tensors.train_val_split(images, labels, fraction, int(torch.randint(2**31, ())))


def parts_swapped(images: Tensor, labels: Tensor, fraction: float, seed: int) -> Any:
    train, train_labels, val, val_labels = tensors.train_val_split(images, labels, fraction, seed)
    return val, val_labels, train, train_labels


def images_then_labels(images: Tensor, labels: Tensor, fraction: float, seed: int) -> Any:
    train, train_labels, val, val_labels = tensors.train_val_split(images, labels, fraction, seed)
    return train, val, train_labels, val_labels


def left_in_training(images: Tensor, labels: Tensor, fraction: float, seed: int) -> Any:
    return images, labels, *tensors.train_val_split(images, labels, fraction, seed)[2:]


# ---- make_loader ---------------------------------------------------------------------------------


def _loader(
    images: Tensor, labels: Tensor, batch_size: int, seed: int | None = None, **options: Any
) -> Any:
    tensors.check_lengths(images, labels)
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(images, labels), batch_size, generator=generator, **options)


def last_dropped(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    return _loader(x, y, size, seed, shuffle=shuffle, drop_last=True)


def never_shuffled(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    return _loader(x, y, size)


def always_shuffled(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    return _loader(x, y, size, seed, shuffle=True)


def unseeded(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    return _loader(x, y, size, shuffle=shuffle)


def seed_ignored(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    return _loader(x, y, size, 0, shuffle=shuffle)


def seeded_for_all(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    torch.manual_seed(seed)
    return _loader(x, y, size, shuffle=shuffle)


def shuffled_once(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    tensors.check_lengths(x, y)
    generator = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(x), generator=generator) if shuffle else torch.arange(len(x))
    return _loader(x[order], y[order], size)


def images_shuffled_alone(
    x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0
) -> Any:
    tensors.check_lengths(x, y)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(seed))
    return _loader(x[order] if shuffle else x, y, size, seed, shuffle=shuffle)


def no_loader(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    return list(tensors.make_loader(x, y, size, shuffle, seed))


def any_lengths(x: Tensor, y: Tensor, size: int, shuffle: bool = False, seed: int = 0) -> Any:
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(x, y), size, shuffle=shuffle, generator=generator)
