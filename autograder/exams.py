"""What minimum accuracies are measured on: images to train with, and fresh ones with secret labels.

The images that a model is judged by are moved and made noisy by the grader's seed, so that no
table of a public test set knows them. Names that begin with _ never reach the learner's code.
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.compare import numbers
from autograder.draw import Draw
from autograder.exercise import Judge
from autograder.probes import Inputs

NOISE = 0.05
MAX_SHIFT = 2

# The share of an exam that must be read, by exercise and data set.
MINIMUM = {
    ("train_robust_cnn", "digits"): 0.78,
    ("train_robust_cnn", "mnist"): 0.90,
    ("train_digit_cnn", "digits"): 0.86,
    ("train_digit_cnn", "mnist"): 0.90,
    ("train", "digits"): 0.75,
    ("train", "mnist"): 0.85,
}


def exam(draw: Draw, train: int | None = None, test: int = 1000) -> dict[str, Any]:
    """Draw from the data set of the grading: all training images, or as many as `train` says."""
    train_images, train_labels, test_images, test_labels = _data(draw.data)
    chosen = torch.from_numpy(draw.rng.permutation(len(test_images))[:test])
    kept = (
        slice(None)
        if train is None
        else torch.from_numpy(draw.rng.permutation(len(train_images))[:train])
    )
    return {
        "train_images": train_images[kept],
        "train_labels": train_labels[kept],
        "images": disguised(test_images[chosen], draw),
        "_labels": test_labels[chosen],
    }


def disguised(images: Tensor, draw: Draw) -> Tensor:
    """Move each image a little, its own way, and add a little noise."""
    from mnist_course.augmentation import random_shift

    generator = torch.Generator().manual_seed(draw.seed())
    moved = random_shift(images, MAX_SHIFT, generator)
    return (moved + NOISE * torch.randn(moved.shape, generator=generator)).clamp(0, 1)


def centred_digits(draw: Draw) -> dict[str, Any]:
    """Draw from scikit-learn's digits as they are, only enlarged: means can read those."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = torch.tensor(bunch.images, dtype=torch.float32)[:, None] / 16
    images = F.interpolate(images, size=(28, 28), mode="bilinear")
    labels = torch.tensor(bunch.target, dtype=torch.int64)
    order = torch.from_numpy(draw.rng.permutation(len(labels)))
    train, test = order[:1200], order[1200:]
    return {
        "train_images": images[train],
        "train_labels": labels[train],
        "images": images[test],
        "_labels": labels[test],
    }


def reads_at_least(share: float) -> Judge:
    """Return a judge of (labels, predictions or logits): so many of them must be right."""

    def judge(labels: Tensor, got: Any) -> str | None:
        values = numbers(got)
        if values is None or values.ndim not in (1, 2) or len(values) != len(labels):
            return f"{len(labels)} predictions were expected"
        predictions = values.argmax(axis=1) if values.ndim == 2 else values
        accuracy = float((predictions == labels.numpy()).mean())
        few = f"it reads {accuracy:.1%} of {len(labels)} unseen digits; {share:.0%} are asked for"
        return few if accuracy < share else None

    return judge


def secret_labels(inputs: Inputs) -> Any:
    """Return the labels that stay on this side."""
    return inputs["_labels"]


@cache
def _data(name: str) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    from mnist_course.data import load

    found = load(name, say=lambda _: None)
    if found.name != name:
        raise ValueError(
            f"the data set {name} is not there: set MNIST_COURSE_DATA, or leave it out"
        )
    return found.train_images, found.train_labels, found.test_images, found.test_labels
