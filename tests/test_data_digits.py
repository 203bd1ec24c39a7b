"""The embedded digits: what they are, that no original is in both parts, and how hard they are."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mnist_course.data import Batches, load
from mnist_course.data.embedded import COPIES, DIGIT, embedded_digits


@pytest.fixture(scope="module")
def digits() -> tuple[torch.Tensor, ...]:
    return embedded_digits()


def test_shapes_types_and_values(digits):
    train, train_labels, test, test_labels = digits
    assert len(train) + len(test) == COPIES * 1797
    assert len(test) / (len(train) + len(test)) == pytest.approx(0.2, abs=0.01)
    for images, labels in ((train, train_labels), (test, test_labels)):
        assert (images.dtype, labels.dtype) == (torch.float32, torch.int64)
        assert images.shape == (len(labels), 1, 28, 28)
        assert labels.unique().tolist() == list(range(10))
        assert torch.equal(images, (images * 255).round() / 255)  # as a file of bytes holds them
        assert 0 == images.min() < 0.9 < images.max() <= 1


def test_repeatable_and_another_seed_is_another_set(digits):
    assert all(map(torch.equal, digits, embedded_digits()))
    assert not torch.equal(digits[0], embedded_digits(seed=1)[0])


def cut_out(image: torch.Tensor) -> tuple[tuple[int, ...], bytes]:
    """Return what is drawn, without the empty rows and columns around it."""
    rows, columns = (image.sum(dim).nonzero().flatten() for dim in (1, 0))
    drawn = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return tuple(drawn.shape), (drawn * 255).round().to(torch.uint8).numpy().tobytes()


def test_no_original_is_in_both_parts(digits):
    train, _, test, _ = digits
    drawn = [{cut_out(image) for image in part[:, 0]} for part in (train, test)]
    assert not drawn[0] & drawn[1]
    # Cut out, the copies of a digit are the same, so that the line above would see any of them.
    assert [len(part) for part in drawn] == [len(train) // COPIES, len(test) // COPIES]


def test_copies_come_round_after_round_and_lie_in_different_places(digits):
    for images, labels in (digits[:2], digits[2:]):
        size = len(labels) // COPIES
        rounds = images[:, 0].reshape(COPIES, size, 28, 28)
        assert torch.equal(labels.reshape(COPIES, size), labels[:size].expand(COPIES, -1))
        assert all(len({cut_out(rounds[n, i]) for n in range(COPIES)}) == 1 for i in range(50))
        assert all(len(rounds[:, i].unique(dim=0)) > 1 for i in range(50))
    data = load("digits", say=lambda _: None)
    assert data.copies == COPIES


def test_digits_lie_everywhere_on_the_field_and_wholly_inside(digits):
    train = digits[0][:, 0]
    assert (train.amax(dim=(1, 2)) > 0.5).all()
    seen = train.amax(dim=0) > 0
    assert seen.float().mean() > 0.95  # somewhere a digit reaches nearly every pixel
    heights = (train.sum(2) > 0).sum(1)
    assert heights.max() <= DIGIT


# How hard they are: the point of placing them at random.


def share_right(model: nn.Module, digits: tuple[torch.Tensor, ...], epochs: int) -> float:
    """Train with Adam, and return the accuracy on the test part."""
    train, train_labels, test, test_labels = digits
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    batches = Batches(train, train_labels, 128, shuffle=True)
    model.train()
    for _ in range(epochs):
        for images, labels in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return (model(test).argmax(1) == test_labels).float().mean().item()


def linear() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def small_cnn() -> nn.Module:
    """Return a network that looks for the strokes, and then asks whether, not where, they are."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 48, 3), nn.BatchNorm2d(48), nn.ReLU(), nn.AdaptiveMaxPool2d(1),
        nn.Flatten(), nn.Linear(48, 10),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("make_model", "epochs", "least", "most"),
    [(linear, 15, 0.15, 0.40), (small_cnn, 3, 0.80, 1.0)],
    ids=["a linear model cannot read them", "a small convolutional network can"],
)
def test_they_need_a_network_that_does_not_care_where(make_model, epochs, least, most, digits):
    torch.manual_seed(0)
    assert least < share_right(make_model(), digits, epochs) <= most
