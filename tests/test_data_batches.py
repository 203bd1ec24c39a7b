"""The fast way in serves what the ordinary DataLoader serves, and can be resumed anywhere."""

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from mnist_course.data import Batches, make_loader

IMAGES = torch.arange(23.0)[:, None, None, None].expand(-1, 1, 3, 3).clone()
LABELS = torch.arange(23)


def noisy(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return images + torch.rand(images.shape, generator=generator) / 2


def batches(seed: int = 0, **options) -> Batches:
    return Batches(IMAGES, LABELS, 5, shuffle=True, seed=seed, **options)


def epochs(source: Batches, count: int) -> list[torch.Tensor]:
    """Return the batches of some epochs, one after the other, each with its labels beside it."""
    return [
        torch.column_stack([images.flatten(1), labels])
        for _ in range(count)
        for images, labels in source
    ]


def same(one: list[torch.Tensor], other: list[torch.Tensor]) -> bool:
    return len(one) == len(other) and all(map(torch.equal, one, other))


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("size", [1, 5, 23, 100])
def test_serves_what_make_loader_serves(shuffle: bool, size: int):
    fast = Batches(IMAGES, LABELS, size, shuffle=shuffle)
    ordinary = make_loader(IMAGES, LABELS, size, shuffle=shuffle)
    assert len(fast) == len(ordinary)
    served = [list(fast), list(ordinary)]
    assert [[len(labels) for _, labels in one] for one in served] == [
        [len(labels) for _, labels in served[1]]
    ] * 2
    numbers = [torch.cat([labels for _, labels in one]) for one in served]
    assert torch.equal(numbers[0].sort().values, numbers[1].sort().values)
    assert (numbers[0].tolist() == list(range(23))) is not shuffle
    for images, labels in served[0]:
        assert torch.equal(images[:, 0, 0, 0].long(), labels)
        assert (images.dtype, labels.dtype) == (torch.float32, torch.int64)


def test_repeats_with_its_seed_and_changes_with_epoch_and_seed():
    first = epochs(batches(augment=noisy), 3)
    torch.manual_seed(99)
    assert same(first, epochs(batches(augment=noisy), 3))
    orders = [tuple(torch.cat(first[n : n + 5])[:, -1].tolist()) for n in (0, 5, 10)]
    orders += [tuple(torch.cat(epochs(batches(seed), 1))[:, -1].tolist()) for seed in (1, 2, 3)]
    assert len(set(orders)) == 6


def test_every_batch_of_every_epoch_is_augmented_anew():
    source = Batches(torch.zeros(20, 1, 3, 3), torch.zeros(20), 5, augment=noisy)
    noise = [images for _ in range(3) for images, _ in source]
    assert not any(torch.equal(a, b) for a, b in itertools.combinations(noise, 2))


@given(st.integers(0, 4), st.integers(0, 5), st.booleans())
def test_resuming_gives_exactly_the_rest(epoch: int, first: int, augmented: bool):
    options = {"augment": noisy} if augmented else {}
    undisturbed = epochs(batches(**options), 6)
    resumed = batches(**options)
    resumed.epoch, resumed.first = epoch, first
    assert same(undisturbed[5 * epoch + first :], epochs(resumed, 6 - epoch))


def test_an_epoch_left_early_does_not_change_the_next():
    undisturbed, left = batches(), batches()
    next(iter(left))
    assert same(epochs(undisturbed, 2)[5:], epochs(left, 1))


def test_an_augmentation_that_works_in_place_does_not_reach_the_data():
    images = IMAGES.clone()
    for _ in Batches(images, LABELS, 5, augment=lambda batch, _: batch.zero_()):
        pass
    assert torch.equal(images, IMAGES)


def test_no_pictures_no_batches():
    assert list(Batches(IMAGES[:0], LABELS[:0], 5, shuffle=True)) == []


@pytest.mark.parametrize(
    ("labels", "size", "reason"),
    [(22, 5, "23 images, but 22 labels"), (23, 0, "not 0"), (23, -1, "not -1")],
)
def test_refuses_what_cannot_be_served(labels: int, size: int, reason: str):
    with pytest.raises(ValueError, match=reason):
        Batches(IMAGES, LABELS[:labels], size)
