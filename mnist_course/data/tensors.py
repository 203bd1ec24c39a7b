"""Lesson 1: from files to tensors, and from tensors to batches."""

import gzip
import math
import zlib
from collections.abc import Sized
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import DataLoader, TensorDataset

UNSIGNED_BYTES = b"\0\0\x08"  # how an IDX file of them begins


def unzipped(path: str | Path) -> bytes:
    """Return what a file holds; whether it is gzipped is told by its first bytes, not its name."""
    raw = Path(path).read_bytes()
    try:
        return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (EOFError, OSError, zlib.error) as error:
        raise ValueError(f"{path} is a damaged gzip file ({error})") from error


def read_idx(path: str | Path) -> npt.NDArray[np.uint8]:
    """Read one IDX file of unsigned bytes, gzipped or plain: the format that MNIST comes in."""
    raw = unzipped(path)
    if len(raw) < 4 or raw[:3] != UNSIGNED_BYTES:
        magic = raw[:4].hex() or "absent"
        kind = f"magic number {magic}, type 0x{raw[2:3].hex()}"
        raise ValueError(f"{path} is no IDX file of unsigned bytes: {kind}")
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise ValueError(f"{path} ends within its header of {raw[3]} dimensions")
    shape = tuple(np.frombuffer(raw[4:start], dtype=">u4").tolist())
    if len(raw) - start != math.prod(shape):
        raise ValueError(f"{path} announces {shape}, but holds {len(raw) - start:,} bytes")
    return np.frombuffer(bytearray(raw[start:]), dtype=np.uint8).reshape(shape)


def check_lengths(images: Sized, labels: Sized) -> None:
    """Refuse images and labels that are not equally many."""
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels")


def to_tensors(
    images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]
) -> tuple[Tensor, Tensor]:
    """Turn bytes into what a network takes: float32 (N, 1, H, W) in [0, 1], and int64 (N,)."""
    check_lengths(images, labels)
    # The copies are for arrays that run backwards: torch does not take those.
    x = torch.tensor(images.copy(), dtype=torch.float32) / 255
    return x.unsqueeze(1), torch.tensor(labels.copy(), dtype=torch.int64)


def channel_stats(images: Tensor) -> tuple[float, float]:
    """Return mean and standard deviation over all pixels of all images."""
    return images.mean().item(), images.std().item()


def normalize(images: Tensor, mean: float, std: float) -> Tensor:
    """Shift and scale to mean 0 and standard deviation 1."""
    if not std > 0:
        raise ValueError(f"the standard deviation must be positive, not {std}")
    return (images - mean) / std


def train_val_split(
    images: Tensor, labels: Tensor, val_fraction: float, seed: int
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Hold out the same share of every class: (train images, labels, val images, labels)."""
    check_lengths(images, labels)
    if not 0 < val_fraction < 1:
        raise ValueError(f"val_fraction must lie between 0 and 1, not {val_fraction}")
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    held_out = torch.zeros(len(labels), dtype=torch.bool)
    for label in labels.unique():
        members = order[labels[order] == label]
        held_out[members[: round(len(members) * val_fraction)]] = True
    return images[~held_out], labels[~held_out], images[held_out], labels[held_out]


def make_loader(
    images: Tensor, labels: Tensor, batch_size: int, shuffle: bool = False, seed: int = 0
) -> DataLoader[tuple[Tensor, ...]]:
    """Serve (images, labels) in batches; shuffled, the order is new every epoch but repeatable."""
    check_lengths(images, labels)
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(images, labels), batch_size, shuffle, generator=generator)
