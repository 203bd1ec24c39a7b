"""The functions of lesson 1, held against the contract of the syllabus."""

import gzip
import struct
import tempfile
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from mnist_course.data import (
    channel_stats,
    make_loader,
    normalize,
    read_idx,
    to_tensors,
    train_val_split,
)


def idx(*shape: int, content: bytes | None = None, kind: int = 8) -> bytes:
    header = struct.pack(f">HBB{len(shape)}I", 0, kind, len(shape), *shape)
    return header + (bytes(range(int(np.prod(shape)))) if content is None else content)


# read_idx


@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=5)),
    st.sampled_from(["plain", "plain.gz", "zipped", "zipped.gz"]),
)
def test_read_idx_reads_any_shape_and_does_not_trust_the_name(values: np.ndarray, name: str):
    content = idx(*values.shape, content=values.tobytes())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(gzip.compress(content) if "zipped" in name else content)
        for spelling in (path, str(path)):
            got = read_idx(spelling)
            assert got.dtype == np.uint8
            assert got.shape == values.shape
            assert np.array_equal(got, values)


def test_what_read_idx_returns_can_be_written_to(tmp_path: Path):
    (tmp_path / "a").write_bytes(idx(3, 2))
    read_idx(tmp_path / "a")[0, 0] = 7


HALF = len(gzip.compress(idx(10, 20))) // 2
BAD_FILES = {
    "empty": (b"", "magic number"),
    "one byte": (b"\0", "magic number"),
    "text": (b"label,pixel0\n", "magic number"),
    "magic number turned around": (idx(2, 2)[3::-1] + idx(2, 2)[4:], "magic number"),
    "signed bytes": (idx(2, 2, kind=9), "0x09"),
    "ints": (idx(2, 2, kind=12, content=bytes(16)), "0x0c"),
    "floats": (idx(2, 2, kind=13, content=bytes(16)), "0x0d"),
    "header cut": (idx(2, 2, 2)[:10], "header"),
    "header alone": (idx(2, 2, content=b""), "holds 0"),
    "one byte short": (idx(2, 2)[:-1], "holds 3"),
    "one byte long": (idx(2, 2) + b"\0", "holds 5"),
    "gzip cut": (gzip.compress(idx(10, 20))[:HALF], "gzip"),
    "gzip cut in its last bytes": (gzip.compress(idx(10, 20))[:-3], "gzip"),
    "gzip cut in its first bytes": (gzip.compress(idx(10, 20))[:5], "gzip"),
    "gzip magic, then garbage": (b"\x1f\x8b" + b"garbage" * 9, "gzip"),
    "gzip with a wrong checksum": (gzip.compress(idx(10, 20))[:-8] + b"\0" * 8, "gzip"),
    "gzip, then garbage": (gzip.compress(idx(2, 2)) + b"garbage", "gzip"),
    "gzip of a short file": (gzip.compress(idx(2, 2)[:-1]), "holds 3"),
    "gzip of a long file": (gzip.compress(idx(2, 2) + b"\0"), "holds 5"),
    "gzip of nothing": (gzip.compress(b""), "magic number"),
}


@pytest.mark.parametrize(("content", "reason"), BAD_FILES.values(), ids=BAD_FILES)
def test_read_idx_names_a_bad_file_and_what_ails_it(tmp_path: Path, content: bytes, reason: str):
    path = tmp_path / "some-file"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=reason) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


def test_a_huge_announced_size_costs_no_memory(tmp_path: Path):
    path = tmp_path / "huge"
    path.write_bytes(idx(60_000, 28, 28, 1000, content=b"few bytes"))
    tracemalloc.start()
    with pytest.raises(ValueError, match="announces"):
        read_idx(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize("shape", [(2**32 - 1,) * 3, (0, *(2**32 - 1,) * 3), (1,) * 100])
def test_shapes_that_no_array_can_have_are_refused(tmp_path: Path, shape: tuple[int, ...]):
    (tmp_path / "a").write_bytes(idx(*shape, content=b""))
    with pytest.raises(ValueError):
        read_idx(tmp_path / "a")


@given(st.integers(0, 255), st.data())
def test_a_damaged_gzip_ends_in_a_value_error_or_intact(byte: int, data: st.DataObject):
    intact = gzip.compress(idx(6, 7), mtime=0)
    place = data.draw(st.integers(0, len(intact) - 1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a"
        path.write_bytes(intact[:place] + bytes([byte]) + intact[place + 1 :])
        try:  # a flag or the time in gzip's header may change without harm
            assert np.array_equal(read_idx(path).ravel(), np.arange(42))
        except ValueError as error:
            assert str(path) in str(error)


# to_tensors

PICTURES = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3)
LABELS = np.array([3, 1, 4, 1, 5], dtype=np.uint8)
READ_ONLY = PICTURES.copy()
READ_ONLY.flags.writeable = False
LAYOUTS = {
    "as usual": PICTURES,
    "no pictures": PICTURES[:0],
    "read-only": READ_ONLY,
    "every second column": np.repeat(PICTURES, 2, axis=2)[:, :, ::2],
    "one picture, backwards": PICTURES[:1, ::-1],
    "one pixel, backwards": PICTURES[4::-5, :1, :1][:1],
    "transposed": PICTURES.transpose(0, 2, 1),
    "backwards": PICTURES[::-1],
    "mirrored": PICTURES[:, :, ::-1],
    "from a buffer": np.frombuffer(PICTURES.tobytes(), np.uint8).reshape(PICTURES.shape),
}


@pytest.mark.parametrize("pictures", LAYOUTS.values(), ids=LAYOUTS)
def test_to_tensors_takes_any_layout(pictures: np.ndarray):
    labels = LABELS[::-1][: len(pictures)]
    before = pictures.copy(), labels.copy()
    images, targets = to_tensors(pictures, labels)
    assert (images.dtype, targets.dtype) == (torch.float32, torch.int64)
    assert images.shape == (len(pictures), 1, *pictures.shape[1:])
    assert targets.tolist() == labels.tolist()
    expected = before[0].astype(np.float32)[:, None] / np.float32(255)
    assert np.array_equal(images.numpy(), expected)
    images.add_(1), targets.add_(1)  # the results share no memory with the arguments
    assert np.array_equal(pictures, before[0])
    assert np.array_equal(labels, before[1])


def test_to_tensors_spans_0_to_1():
    images, _ = to_tensors(np.array([[[0, 255]]], dtype=np.uint8), LABELS[:1])
    assert images.flatten().tolist() == [0, 1]


# channel_stats, normalize


@given(hnp.arrays(np.uint8, st.tuples(st.integers(2, 6), st.integers(1, 5), st.integers(1, 5))))
def test_channel_stats_are_those_of_all_pixels(pictures: np.ndarray):
    images = torch.tensor(pictures, dtype=torch.float32)[:, None] / 255
    mean, std = channel_stats(images)
    assert type(mean) is float and type(std) is float
    values = pictures / 255.0
    assert mean == pytest.approx(values.mean(), abs=1e-5)
    assert any(std == pytest.approx(values.std(ddof=n), abs=1e-5) for n in (0, 1))


def test_normalize_brings_mean_0_and_std_1():
    images = torch.rand(50, 1, 9, 7, generator=torch.Generator().manual_seed(0))
    before = images.clone()
    normal = normalize(images, *channel_stats(images))
    assert normal.dtype == torch.float32
    assert channel_stats(normal) == pytest.approx((0, 1), abs=1e-5)
    assert torch.equal(normalize(images, 0.5, 0.25), (images - 0.5) / 0.25)
    assert torch.equal(images, before)


@pytest.mark.parametrize("std", [0, 0.0, -0.3, float("nan"), float("-inf")])
def test_normalize_refuses_a_std_that_is_not_positive(std: float):
    with pytest.raises(ValueError, match="positive"):
        normalize(torch.zeros(2, 1, 3, 3), 0.5, std)


# train_val_split


def numbered(labels: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Make pictures that can be told apart: each holds its own number."""
    images = torch.arange(float(len(labels)))[:, None, None, None].expand(-1, 1, 2, 2)
    return images, torch.tensor(labels, dtype=torch.int64)


@given(
    st.lists(st.integers(0, 9), max_size=80),
    st.floats(0, 1, exclude_min=True, exclude_max=True),
    st.integers(0, 2**31),
)
def test_split_is_stratified_disjoint_complete_and_repeatable(labels, fraction, seed):
    images, targets = numbered(labels)
    train, train_labels, val, val_labels = train_val_split(images, targets, fraction, seed)
    numbers = [part[:, 0, 0, 0].long() for part in (train, val)]
    assert sorted(torch.cat(numbers).tolist()) == list(range(len(labels)))
    for number, part_labels in zip(numbers, (train_labels, val_labels), strict=True):
        assert torch.equal(targets[number], part_labels)
    for label in set(labels):
        share = fraction * labels.count(label)
        assert abs((val_labels == label).sum().item() - share) <= 1
    again = train_val_split(images, targets, fraction, seed)
    assert torch.equal(again[0], train) and torch.equal(again[2], val)


def test_another_seed_another_split():
    images, labels = numbered([0, 1, 2, 3] * 25)
    held_out = {tuple(train_val_split(images, labels, 0.2, s)[2][:, 0, 0, 0]) for s in range(5)}
    assert len(held_out) == 5


def test_split_draws_from_the_whole_of_a_class():
    images, labels = numbered([0] * 100)
    held_out = torch.cat([train_val_split(images, labels, 0.2, seed)[2] for seed in range(30)])
    assert len(held_out[:, 0, 0, 0].unique()) > 90


@pytest.mark.parametrize("fraction", [0, 1, 0.0, 1.0, -0.1, 1.5, 20, float("nan")])
def test_split_refuses_a_fraction_that_is_none(fraction: float):
    with pytest.raises(ValueError, match="between 0 and 1"):
        train_val_split(*numbered([0, 1]), fraction, 0)


# make_loader


def served(loader) -> list[int]:
    """Return the numbers of one epoch's pictures, once each was found to have its own label."""
    batches = list(loader)
    for images, labels in batches:
        assert torch.equal(images[:, 0, 0, 0].long(), labels)
    return [number for _, labels in batches for number in labels.tolist()]


def test_loader_serves_everything_in_order_and_keeps_the_short_batch():
    loader = make_loader(*numbered(list(range(10))), batch_size=4)
    assert [len(labels) for _, labels in loader] == [4, 4, 2]
    assert served(loader) == served(loader) == list(range(10))


def test_a_shuffled_loader_repeats_with_its_seed_and_changes_with_the_epoch():
    def loader(seed):
        return make_loader(*numbered(list(range(50))), batch_size=8, shuffle=True, seed=seed)

    one, same, other = loader(1), loader(1), loader(2)
    epochs = [served(one) for _ in range(3)]
    torch.manual_seed(99)  # what else draws random numbers does not matter
    assert [served(same) for _ in range(3)] == epochs
    assert served(other) not in epochs
    assert len({tuple(epoch) for epoch in epochs}) == 3
    for epoch in epochs:
        assert epoch != list(range(50)) and sorted(epoch) == list(range(50))


def test_making_a_loader_leaves_the_global_generator_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    served(make_loader(*numbered([0, 1, 2]), batch_size=2, shuffle=True))
    assert torch.equal(torch.rand(3), expected)


DIFFERENT = {
    "to_tensors": lambda: to_tensors(PICTURES, LABELS[:4]),
    "to_tensors, one label": lambda: to_tensors(PICTURES, LABELS[:1]),
    "train_val_split": lambda: train_val_split(torch.zeros(4, 1, 2, 2), torch.zeros(5), 0.5, 0),
    "make_loader": lambda: make_loader(torch.zeros(4, 1, 2, 2), torch.zeros(5), 2),
}


@pytest.mark.parametrize("call", DIFFERENT.values(), ids=DIFFERENT)
def test_different_lengths_are_refused_with_both_told(call):
    with pytest.raises(ValueError, match=r"\d images, but \d labels"):
        call()


def test_a_loader_of_batches_without_pictures_is_refused():
    with pytest.raises(ValueError):
        make_loader(torch.zeros(4, 1, 2, 2), torch.zeros(4), 0)


# the real thing


def test_real_mnist_is_what_everyone_says_it_is(real_mnist):
    assert real_mnist.name == "mnist"
    assert real_mnist.train_images.shape == (60_000, 1, 28, 28)
    assert real_mnist.test_images.shape == (10_000, 1, 28, 28)
    assert real_mnist.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert real_mnist.test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert channel_stats(real_mnist.train_images) == pytest.approx((0.1307, 0.3081), abs=1e-4)


def test_real_mnist_splits_fairly(real_mnist):
    labels = real_mnist.train_labels
    numbers = torch.arange(60_000)
    _, _, val, val_labels = train_val_split(numbers, labels, 1 / 12, 0)
    assert len(val.unique()) == len(val) and abs(len(val) - 5000) <= 10
    shares = torch.bincount(val_labels) - torch.bincount(labels) / 12
    assert shares.abs().max() <= 1
