"""What minimum accuracies are measured on: images to train with, and fresh ones with secret labels.

The images that a model is judged by are moved and made noisy by the grader's seed, so that no
table of a public test set knows them, and the classes have other names each time. What begins
with _ never reaches the learner's code.
"""

from functools import cache
from typing import Any

import torch
from torch import Tensor

from autograder.compare import numbers
from autograder.draw import Draw
from autograder.exercise import Judge
from autograder.probes import Inputs
from mnist_course.augmentation import random_shift
from mnist_course.data.embedded import enlarged_originals, scattered_anew

# By data set: pixels that an image is moved by, at most, and the strength of the noise. The
# embedded digits are set down at other places instead; on their black ground noise costs more.
DISGUISE = {"digits": (0, 0.02), "mnist": (2, 0.05)}

# The share of an exam that must be read, by exercise and data set. How far honest answers lie above
# it, and others below, is what `python -m benchmarks.thresholds` measures.
MINIMUM = {
    ("train_digit_cnn", "digits"): 0.60,
    ("train_digit_cnn", "mnist"): 0.76,
    ("train_robust_cnn", "digits"): 0.80,
    ("train_robust_cnn", "mnist"): 0.90,
    ("train", "digits"): 0.60,
    ("train", "mnist"): 0.76,
}


def exam(draw: Draw, train: int | None = None, test: int = 1000) -> dict[str, Any]:
    """Draw from the data set of the grading: all training images, or as many as `train` says."""
    train_images, train_labels, test_images, test_labels = _data(draw.data)
    generator = torch.Generator().manual_seed(draw.seed())
    if draw.data == "digits":
        test_images, test_labels = scattered_anew(generator)
    chosen = torch.from_numpy(draw.rng.permutation(len(test_images))[:test])
    kept = torch.from_numpy(draw.rng.permutation(len(train_images))[:train]).sort().values
    names = renamed(draw)
    return {
        "train_images": train_images[kept],
        "train_labels": names[train_labels[kept]],
        "images": disguised(test_images[chosen], draw.data, generator),
        "_labels": names[test_labels[chosen]],
    }


def renamed(draw: Draw) -> Tensor:
    """Draw what each class is called in this grading.

    Who learns from the labels that come does not notice; what was learned elsewhere does not fit.
    """
    return torch.from_numpy(draw.rng.permutation(10))


def disguised(images: Tensor, data: str, generator: torch.Generator) -> Tensor:
    """Move each image a little, its own way, and add a little noise."""
    max_shift, noise = DISGUISE[data]
    moved = random_shift(images, max_shift, generator)
    return (moved + noise * torch.randn(moved.shape, generator=generator)).clamp(0, 1)


def centred_digits(draw: Draw) -> dict[str, Any]:
    """Draw from scikit-learn's digits as they are, only enlarged: means can read those."""
    train, train_labels, test, test_labels = enlarged_originals()
    order = torch.from_numpy(draw.rng.permutation(len(train)))[:1200]
    asked = torch.from_numpy(draw.rng.permutation(len(test)))[:300]
    names = renamed(draw)
    return {
        "train_images": train[order],
        "train_labels": names[train_labels[order]],
        "images": test[asked],
        "_labels": names[test_labels[asked]],
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
