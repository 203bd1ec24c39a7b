"""From files to tensors: `load("mnist")`, and the functions of lesson 1."""

from mnist_course.data.batches import Batches
from mnist_course.data.catalogue import CATALOGUE
from mnist_course.data.loading import DataError, Dataset, cache_folder, load
from mnist_course.data.tensors import (
    channel_stats,
    make_loader,
    normalize,
    read_idx,
    to_tensors,
    train_val_split,
)

__all__ = [
    "CATALOGUE",
    "Batches",
    "DataError",
    "Dataset",
    "cache_folder",
    "channel_stats",
    "load",
    "make_loader",
    "normalize",
    "read_idx",
    "to_tensors",
    "train_val_split",
]
