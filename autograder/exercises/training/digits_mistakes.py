"""Lesson 4: how people train networks that do not read."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from autograder.compare import numbers
from autograder.exercise import Misconception
from mnist_course import training
from mnist_course.model import DigitCNN
from mnist_course.training import Adam

EXAM = "unseen digits"


def untrained(_images: Tensor, _labels: Tensor, seed: int = 0) -> nn.Module:
    """Return a network that has learned nothing."""
    with training.seeded(seed):
        return DigitCNN()


def _trained(network: nn.Module, x: Tensor, y: Tensor, times: int, lr: float = 2e-3) -> nn.Module:
    optimizer = Adam(network.parameters(), lr)
    for places in (torch.arange(len(x)).roll(-64 * i)[:64] for i in range(times)):
        training.train_step(network.train(), optimizer, x[places], y[places])
    return network


def twice_softmax(train_images: Tensor, train_labels: Tensor, seed: int = 0) -> nn.Module:
    """Let the network end in a softmax."""
    with training.seeded(seed):
        network = nn.Sequential(DigitCNN(), nn.Softmax(dim=1))
    return _trained(network, train_images, train_labels, 100)


def straight(train_images: Tensor, train_labels: Tensor, seed: int = 0) -> nn.Module:
    """Train one linear layer."""
    with training.seeded(seed):
        network = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, 10))
    return _trained(network, train_images, train_labels, 400)


def by_heart(train_images: Tensor, train_labels: Tensor, seed: int = 0) -> nn.Module:
    """Train on a few images only, and without convolutions."""
    with training.seeded(seed):
        layers = nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10)
        network = nn.Sequential(nn.Flatten(), *layers)
    return _trained(network, train_images[:500], train_labels[:500], 300)


def prepared_outside(train_images: Tensor, train_labels: Tensor, seed: int = 0) -> nn.Module:
    """Train on images that are normalized, and do not tell the model to do so."""
    prepared = (train_images - train_images.mean()) / train_images.std()
    return by_heart(prepared, train_labels, seed)


def _are_probabilities(seen: Mapping[str, Any]) -> bool:
    logits = numbers(seen[EXAM]["logits"])
    return logits is not None and bool(
        logits.min() >= 0 and abs(logits.sum(axis=1) - 1).max() < 1e-3
    )


def _known(seen: Mapping[str, Any], low: float, high: float) -> bool:
    return low <= float(seen[EXAM]["known"]["in [0, 1]"]) < high


def _wants_other_images(seen: Mapping[str, Any]) -> bool:
    known = seen[EXAM]["known"]
    return float(max(known.values())) > float(known["in [0, 1]"]) + 0.1


TRAIN_DIGIT_CNN = (
    Misconception(
        "softmax-at-the-end",
        "The network returns probabilities. The loss takes them for logits, and can hardly fall.",
        twice_softmax,
        next="end with the linear layer; softmax is inside the loss.",
        symptom=_are_probabilities,
    ),
    Misconception(
        "other-images",
        "The network reads images well that are scaled otherwise than those which it is "
        "given, in [0, 1].",
        prepared_outside,
        next="let the first layer normalize, or train on the images as they come.",
        symptom=_wants_other_images,
    ),
    Misconception(
        "learned-nothing",
        "It does not even read the images that it was trained on: that is guessing.",
        untrained,
        next="print the loss of every epoch; does it fall? Were images and labels shuffled "
        "together?",
        symptom=lambda seen: _known(seen, 0, 0.2),
    ),
    Misconception(
        "learned-too-little",
        "It reads only a part of the images that it was trained on: too few steps, or too "
        "simple a network.",
        straight,
        next="train on until the training loss no longer falls.",
        symptom=lambda seen: _known(seen, 0.2, 0.97),
    ),
    Misconception(
        "learned-by-heart",
        "It reads the images that it was trained on, but not unseen ones.",
        by_heart,
        next="use all the images, and convolutions: what is learned in one place then holds "
        "in all.",
        symptom=lambda seen: _known(seen, 0.97, 2),
    ),
)
