"""The recipes are what they say they are."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from mnist_course.model import count_parameters
from mnist_course.recipes import RECIPES, one_cycle, smoothed, step_down

# Counted by hand from the layers: (inputs * kernel + bias) * outputs, batch norm two a channel.
SIZES = {
    "classic": 32 * 10 + 64 * 289 + 64 * 1601 + 10 * 65,
    "dropout": 10 * 26 + 20 * 251 + 50 * 321 + 10 * 51,
    "padded": 10 * 26 + 20 * 251 + 50 * 501 + 10 * 51,
    "pytorch-example": 32 * 10 + 64 * 289 + 128 * 9217 + 10 * 129,
    "reference": 16 * 27 + 32 * 146 + 32 * 290 + 64 * 290 + 10 * 577,
}
NAMED = (
    "classic dropout padded softmax-output sgd vgg resnet batchnorm "
    "reference fast tiny best pytorch-example"
).split()


@pytest.mark.parametrize("name", NAMED)
def test_the_promised_recipes_are_there(name: str) -> None:
    assert RECIPES[name].name == name


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_networks_have_the_layers_that_are_written_down(name: str, size: int) -> None:
    assert count_parameters(RECIPES[name].network()) == size


@pytest.mark.parametrize(("name", "most"), [("reference", 40_000), ("tiny", 5_000)])
def test_small_networks_are_small(name: str, most: int) -> None:
    assert count_parameters(RECIPES[name].network()) < most


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize("count", [1, 5])
def test_networks_turn_images_into_ten_numbers(name: str, count: int) -> None:
    network = RECIPES[name].network().eval()
    assert network(torch.rand(count, 1, 28, 28)).shape == (count, 10)


def test_the_twins_differ_by_the_softmax_alone() -> None:
    wrong, mended = RECIPES["softmax-output"], RECIPES["softmax-mended"]
    layers = list(wrong.network().children())
    assert isinstance(layers[-1], nn.Softmax)
    assert [str(a) for a in layers[:-1]] == [str(b) for b in mended.network().children()]
    assert (wrong.epochs, wrong.batch_size, wrong.lr) == (
        mended.epochs,
        mended.batch_size,
        mended.lr,
    )
    assert wrong.batch_size == 100


def test_the_loss_after_a_softmax_cannot_fall_below_1_461() -> None:
    sure = torch.eye(10)  # what a softmax puts out when it is wholly sure, and right
    assert F.cross_entropy(sure, torch.arange(10)).item() == pytest.approx(1.4612, abs=1e-4)


def test_smoothing_is_that_of_torch() -> None:
    logits, labels = torch.randn(20, 10), torch.arange(20) % 10
    expected = F.cross_entropy(logits, labels, label_smoothing=0.1)
    torch.testing.assert_close(smoothed(logits, labels), expected)


def test_schedules() -> None:
    cycle = [one_cycle(epoch / 10, 2) for epoch in range(21)]
    assert max(cycle) == pytest.approx(1) == cycle[4]
    assert cycle[:4] == sorted(cycle[:4])
    assert cycle[4:] == sorted(cycle[4:], reverse=True)
    assert cycle[0] == pytest.approx(0.04)
    assert cycle[-1] == 0
    assert [step_down(epoch, 14) for epoch in (0, 0.9, 1, 2.5)] == [1, 1, 0.7, 0.7**2]
