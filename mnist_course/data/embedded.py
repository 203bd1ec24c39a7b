"""The data set that is always there: scikit-learn's digits, made hard enough to teach with.

Resized to fill the picture they would be useless: a linear model reads 96% of them. Placed
small, at random, on an empty field, they need what this course builds: a network that does
not care where in the picture the digit lies.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from mnist_course.data.tensors import train_val_split

FIELD, DIGIT, COPIES = 28, 16, 4
TEST_SHARE = 0.2


def embedded_digits(seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return train images, train labels, test images, test labels."""
    train, train_labels, test, test_labels = _originals(seed)
    generator = torch.Generator().manual_seed(seed)
    return (
        _scatter(train, generator),
        train_labels.repeat(COPIES),
        _scatter(test, generator),
        test_labels.repeat(COPIES),
    )


def scattered_anew(generator: torch.Generator, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Return the test images and labels with every digit at another place."""
    _, _, test, labels = _originals(seed)
    return _scatter(test, generator), labels.repeat(COPIES)


def enlarged_originals(seed: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return both parts as scikit-learn has them, each digit once, filling its picture."""
    train, train_labels, test, test_labels = _originals(seed)
    size = (FIELD, FIELD)
    enlarged = (F.interpolate(part, size=size, mode="bilinear") for part in (train, test))
    return next(enlarged), train_labels, next(enlarged), test_labels


def to_train_with(seed: int = 0) -> list[int]:
    """Return which of scikit-learn's digits are to train with: the others are held back."""
    from sklearn.datasets import load_digits

    labels = torch.tensor(load_digits().target)
    number = torch.arange(len(labels))
    return train_val_split(number, labels, TEST_SHARE, seed)[0].tolist()


def _originals(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Split before copies are made, so that no copy of a training digit is tested."""
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = torch.tensor(bunch.images, dtype=torch.float32).unsqueeze(1) / 16
    return train_val_split(images, torch.tensor(bunch.target, dtype=torch.int64), TEST_SHARE, seed)


def _scatter(originals: Tensor, generator: torch.Generator) -> Tensor:
    """Place each digit four times on an empty field, every time somewhere else."""
    digits = F.interpolate(originals, size=(DIGIT, DIGIT), mode="bilinear").repeat(COPIES, 1, 1, 1)
    digits = (digits * 255).round() / 255  # as a file of bytes would hold them
    places = torch.randint(FIELD - DIGIT + 1, (2, len(digits), 1), generator=generator)
    rows, columns = places + torch.arange(DIGIT)
    field = torch.zeros(len(digits), 1, FIELD, FIELD)
    number = torch.arange(len(digits))[:, None, None]
    field[number, 0, rows[:, :, None], columns[:, None, :]] = digits[:, 0]
    return field
