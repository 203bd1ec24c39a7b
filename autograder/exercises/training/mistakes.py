"""Lesson 4: how people get the loss wrong."""

import math
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from autograder.exercise import Misconception
from mnist_course.training import cross_entropy

HUGE = "logits of 10,000"
FIRST = "ten classes"


def softmax_first(logits: Tensor, labels: Tensor) -> Tensor:
    """Take the logits for something that softmax has to come before."""
    return cross_entropy(logits.softmax(dim=1), labels)


def summed(logits: Tensor, labels: Tensor) -> Tensor:
    """Sum over the images."""
    return cross_entropy(logits, labels) * len(labels)


def mean_over_classes(logits: Tensor, labels: Tensor) -> Tensor:
    """Average over every entry of a one-hot table."""
    return cross_entropy(logits, labels) / logits.shape[1]


def negative(logits: Tensor, labels: Tensor) -> Tensor:
    """Forget the minus."""
    return -cross_entropy(logits, labels)


def overflowing(logits: Tensor, labels: Tensor) -> Tensor:
    """Exponentiate as it comes."""
    probabilities = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
    return -probabilities.log().gather(1, labels[:, None]).mean()


def padded_log(logits: Tensor, labels: Tensor) -> Tensor:
    """Keep the logarithm away from zero by a small number."""
    return -(logits.softmax(dim=1) + 1e-8).log().gather(1, labels[:, None]).mean()


def without_gradient(logits: Tensor, labels: Tensor) -> Tensor:
    """Leave the graph."""
    return cross_entropy(logits.detach(), labels)


def _is_not_finite(seen: Mapping[str, Any]) -> bool:
    return math.isfinite(seen[FIRST]) and not math.isfinite(seen[HUGE])


def _is_cut_off(seen: Mapping[str, Any]) -> bool:
    """-log(1e-8) is 18, -log(1e-12) is 28: no surprise is ever larger."""
    return 8 < float(seen[HUGE]) < 150


CROSS_ENTROPY = (
    Misconception(
        "not-stable",
        "It is right for small logits and overflows for large ones: exp(10000) is infinite.",
        overflowing,
        next="take each row's largest logit off before you exponentiate.",
        symptom=_is_not_finite,
    ),
    Misconception(
        "clipped-logarithm",
        "Something small is added to the probabilities, or they are clipped: that puts a "
        "ceiling on the loss, and far from the truth there is nothing left to learn from.",
        padded_log,
        next="compute log p from the logits, without ever computing p.",
        symptom=_is_cut_off,
    ),
    Misconception(
        "softmax-first",
        "The logits went through softmax before the loss, which has its own softmax inside.",
        softmax_first,
        next="log p = logit - log(sum(exp(logits))), with the logits as they come.",
    ),
    Misconception(
        "sum-not-mean",
        "The losses of the images are summed; a mean does not grow with the batch.",
        summed,
        next="divide by the number of images.",
    ),
    Misconception(
        "mean-over-classes",
        "The sum is divided by images times classes; each image counts once.",
        mean_over_classes,
        next="a mean over a one-hot table counts all its zeros.",
    ),
    Misconception(
        "minus-left-out",
        "The sign is turned: log p is negative, a loss is not.",
        negative,
        next="a loss of -2 would be better than perfect.",
    ),
    Misconception(
        "gradient-cut",
        "The value is right, but nothing can learn from it: no gradient comes back to the logits.",
        without_gradient,
        next="look for .item(), .detach(), .numpy() and torch.tensor(...).",
    ),
)
