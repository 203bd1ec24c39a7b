"""One call: which data `load` takes, what it says about it, and what it makes of damage."""

import gzip
import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from mnist_course.data import CATALOGUE, DataError, Dataset, load, loading
from mnist_course.data.catalogue import DamagedFileError
from mnist_course.data.download import DownloadError
from mnist_course.errors import CourseError

VARIABLE = "MNIST_COURSE_DATA"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def download(entry, cache):
        raise DownloadError("the cable is out")

    monkeypatch.setattr(loading, "download", download)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, write_root: Callable) -> None:
    """Put a network in place that serves the data set of seed 3."""

    def download(entry, cache):
        name = next(name for name, other in CATALOGUE.items() if other is entry)
        write_root(cache, name, seed=3)

    monkeypatch.setattr(loading, "download", download)


def holds(data: Dataset, parts: tuple[np.ndarray, ...]) -> bool:
    """Tell whether a data set holds these pictures and labels, and whether its types are right."""
    tensors = (data.train_images, data.train_labels, data.test_images, data.test_labels)
    assert [tensor.dtype for tensor in tensors] == [torch.float32, torch.int64] * 2
    assert data.train_images.shape[1:] == data.test_images.shape[1:] == (1, 28, 28)
    pixels = [(images[:, 0] * 255).round() for images in (tensors[0], tensors[2])]
    found = (pixels[0], tensors[1], pixels[1], tensors[3])
    return all(np.array_equal(a.numpy(), b) for a, b in zip(found, parts, strict=True))


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# every data set, from a torchvision root


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("name", CATALOGUE)
def test_every_data_set_is_read(name, zipped, cache, tmp_path, monkeypatch, write_root, said):
    parts = write_root(tmp_path / "root", name, zipped)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "root"))
    data = load(name, said.append)
    assert holds(data, parts)  # EMNIST upright, QMNIST's labels from its table of eight columns
    assert data.name == name
    assert len(data.classes) == 10
    assert said == [f"Data: {data.source}."]
    assert CATALOGUE[name].title in data.source
    assert str(tmp_path / "root") in data.source
    assert VARIABLE in data.source


def test_zipped_and_plain_files_may_lie_side_by_side(cache, write_root, no_network, said):
    parts = write_root(cache, zipped=False)
    images = cache / "MNIST" / "raw" / "train-images-idx3-ubyte"
    images.with_name(f"{images.name}.gz").write_bytes(gzip.compress(images.read_bytes()))
    images.unlink()
    assert holds(load("mnist", said.append), parts)


@pytest.mark.parametrize("name", ["MNIST", "Mnist", "KMNIST", "Fashion", "EMNIST-Digits"])
def test_the_case_of_a_name_does_not_matter(name, cache, write_root, no_network, said):
    parts = write_root(cache, name.lower())
    assert holds(load(name, said.append), parts)


@pytest.mark.parametrize("name", ["cifar", "mnist ", "0", "no/such/folder", "fashion-mnist"])
def test_an_unknown_name_is_answered_with_the_choices(name: str, cache, said):
    with pytest.raises(DataError) as caught:
        load(name, said.append)
    assert isinstance(caught.value, CourseError)
    for word in (repr(name), *CATALOGUE, "digits", "folder"):
        assert word in str(caught.value)
    assert said == []


def test_load_prints_where_nothing_else_is_asked(cache, capsys):
    load("digits")
    assert capsys.readouterr().out == "Data: the embedded digits of scikit-learn, as asked for.\n"


# where it looks


@pytest.mark.parametrize(
    ("in_folder", "in_cache", "connected"), list(itertools.product([True, False], repeat=3))
)
def test_the_order_of_the_places(
    in_folder, in_cache, connected, cache, tmp_path, monkeypatch, write_root, said, request
):
    request.getfixturevalue("network" if connected else "no_network")
    folder = tmp_path / "named"
    folder.mkdir()
    monkeypatch.setenv(VARIABLE, str(folder))
    if in_folder:
        write_root(folder, seed=1)
    if in_cache:
        write_root(cache, seed=2)
    data = load("mnist", said.append)
    seed = 1 if in_folder else 2 if in_cache else 3 if connected else None
    why = {1: f"which {VARIABLE} names", 2: "the user's cache", 3: "just fetched"}
    assert said[-1] == f"Data: {data.source}."
    if seed is None:
        assert data.name == "digits" and "in place of MNIST" in data.source
        for reason in (VARIABLE, str(folder), str(cache), "the cable is out"):
            assert reason in data.source
    else:
        assert holds(data, write_root(tmp_path / "again", seed=seed))
        assert why[seed] in data.source
    assert any(str(folder) in line for line in said), "the named folder was looked at: say so"
    assert any("Fetching MNIST" in line for line in said) is (seed in (3, None))


def test_without_the_variable_it_says_so(cache, no_network, said):
    assert f"{VARIABLE} is not set" in load("mnist", said.append).source


def test_an_empty_variable_is_not_set(cache, monkeypatch, no_network, said):
    monkeypatch.setenv(VARIABLE, "")
    assert f"{VARIABLE} is not set" in load("mnist", said.append).source


def test_the_variable_may_begin_with_a_tilde(cache, tmp_path, monkeypatch, write_root, said):
    parts = write_root(tmp_path / "data")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv(VARIABLE, "~/data")
    assert holds(load("mnist", said.append), parts)


def _incomplete(root: Path) -> None:
    (root / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").unlink()


def _damaged(root: Path) -> None:
    (root / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").write_bytes(b"junk")


def _a_folder_in_place_of_a_file(root: Path) -> None:
    _incomplete(root)
    (root / "MNIST" / "raw" / "t10k-labels-idx1-ubyte").mkdir()


def _a_file(root: Path) -> None:
    shutil.rmtree(root)
    root.write_text("not a folder")


def _empty(root: Path) -> None:
    shutil.rmtree(root / "MNIST")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (shutil.rmtree, "is not there"),
        (_a_file, "is not there"),
        (_empty, "is not there"),
        (_incomplete, "t10k-labels-idx1-ubyte is not there"),
        (_a_folder_in_place_of_a_file, "t10k-labels-idx1-ubyte is not there"),
        (_damaged, "t10k-labels-idx1-ubyte is damaged"),
    ],
)
def test_a_named_folder_that_cannot_serve_is_told_and_not_touched(
    spoil, reason, cache, tmp_path, monkeypatch, write_root, said
):
    root = tmp_path / "named"
    write_root(root, seed=1)
    spoil(root)
    before = snapshot(tmp_path / "named")
    monkeypatch.setenv(VARIABLE, str(root))
    parts = write_root(cache, seed=2)
    assert holds(load("mnist", said.append), parts)
    assert len(said) == 2
    assert f"{VARIABLE}={root}" in said[0] and reason in said[0]
    assert snapshot(tmp_path / "named") == before


def test_a_tilde_of_nobody_is_told(cache, monkeypatch, write_root, said):
    parts = write_root(cache)
    monkeypatch.setenv(VARIABLE, "~nobody-has-this-name/data")
    assert holds(load("mnist", said.append), parts)
    assert "~nobody-has-this-name" in said[0]


def test_a_file_that_may_not_be_read_is_told(cache, tmp_path, monkeypatch, write_root, said):
    write_root(tmp_path / "named", seed=1)
    parts = write_root(cache, seed=2)
    read = Path.read_bytes

    def guarded(path: Path) -> bytes:  # root may read everything, so permissions are played
        if "named" in path.parts:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "named"))
    assert holds(load("mnist", said.append), parts)
    assert "train-images-idx3-ubyte: Permission denied" in said[0]


# damage


def _idx(*shape: int) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in shape)
    return b"\0\0\x08" + bytes([len(shape)]) + sizes + bytes(int(np.prod(shape)))


IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"
DAMAGES = {
    "nothing in it": ("mnist", IMAGES, b"", "magic number"),
    "a web page": ("mnist", IMAGES, b"<!DOCTYPE html>", "magic number"),
    "cut": ("mnist", IMAGES, _idx(30, 28, 28)[:-5], "holds"),
    "gzip cut": ("mnist", IMAGES, gzip.compress(_idx(30, 28, 28))[:-5], "gzip"),
    "small pictures": ("mnist", IMAGES, _idx(30, 27, 27), r"\(27, 27\)"),
    "labels in its place": ("mnist", IMAGES, _idx(30), "shape"),
    "pictures in its place": ("mnist", LABELS, _idx(30, 28, 28), "30 pictures"),
    "too few": ("mnist", LABELS, _idx(29), "30 pictures"),
    "a label out of range": ("mnist", LABELS, _idx(30)[:-1] + b"\x0a", r"0\.\.9"),
    "a byte too many": ("mnist", LABELS, _idx(30) + b"\0", "holds"),
    "qmnist: bytes": ("qmnist", "qmnist-train-labels-idx2-int", _idx(30), "int32"),
    "qmnist: header cut": ("qmnist", "qmnist-train-labels-idx2-int", b"\0\0\x0c\x02\0", "int32"),
    "qmnist: cut": (
        "qmnist",
        "qmnist-train-labels-idx2-int",
        b"\0\0\x0c\x02" + _idx(30, 8)[4:],
        "holds",
    ),
    "qmnist: no columns": (
        "qmnist",
        "qmnist-train-labels-idx2-int",
        b"\0\0\x0c\x02" + _idx(30, 0)[4:],
        "holds",
    ),
    "qmnist: a label that a byte would turn into 3": (
        "qmnist",
        "qmnist-train-labels-idx2-int",
        b"\0\0\x0c\x02" + _idx(30, 1)[4:12] + bytes(4 * 29) + (259).to_bytes(4, "big"),
        "digits",
    ),
}


@pytest.mark.parametrize(("name", "file", "content", "reason"), DAMAGES.values(), ids=DAMAGES)
def test_damage_is_found_and_named(name, file, content, reason, tmp_path, write_root):
    write_root(tmp_path, name)
    path = CATALOGUE[name].folder(tmp_path) / file
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match=reason) as caught:
        CATALOGUE[name].read(tmp_path)
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path} is damaged: ")
    assert str(caught.value).count(str(path)) == 1


def test_a_data_set_of_nothing_is_damaged(tmp_path, write_root):
    write_root(tmp_path)
    for file, shape in ((IMAGES, (0, 28, 28)), (LABELS, (0,))):
        (CATALOGUE["mnist"].folder(tmp_path) / file).write_bytes(_idx(*shape))
    with pytest.raises(DamagedFileError):
        CATALOGUE["mnist"].read(tmp_path)


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("file", CATALOGUE["mnist"].files)
def test_a_damaged_file_in_the_cache_is_set_aside_and_fetched_again(
    file, zipped, cache, tmp_path, write_root, network, said
):
    write_root(cache, zipped=zipped, seed=2)
    path = cache / "MNIST" / "raw" / (f"{file}.gz" if zipped else file)
    cut = path.read_bytes()[:-1]
    path.write_bytes(cut)
    assert holds(load("mnist", said.append), write_root(tmp_path / "again", seed=3))
    assert f"{path} is damaged" in said[0] and f"{path.name}.damaged" in said[0]
    assert path.with_name(f"{path.name}.damaged").read_bytes() == cut
    again: list[str] = []
    load("mnist", again.append)
    assert len(again) == 1 and "the user's cache" in again[0]


def test_a_damaged_file_that_cannot_be_set_aside_is_no_crash(cache, write_root, no_network, said):
    write_root(cache)
    path = cache / "MNIST" / "raw" / IMAGES
    path.write_bytes(b"junk")
    path.with_name(f"{path.name}.damaged").mkdir()
    (path.with_name(f"{path.name}.damaged") / "in the way").touch()
    data = load("mnist", said.append)
    assert "cannot be set aside" in said[0]
    assert data.name == "digits" and f"{path} is damaged" in data.source


def test_damage_without_a_network_ends_with_the_digits(cache, write_root, no_network, said):
    write_root(cache)
    path = cache / "MNIST" / "raw" / IMAGES
    path.write_bytes(b"junk")
    data = load("mnist", said.append)
    assert data.name == "digits"
    assert f"{path} is damaged" in data.source and "the cable is out" in data.source


@pytest.mark.parametrize("place", ["cache", "its parent"])
def test_a_cache_that_cannot_be_a_folder_ends_with_the_digits(place, cache, tmp_path, said):
    blocked = cache if place == "cache" else cache.parent
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file in its way")
    data = load("mnist", said.append)
    assert data.name == "digits"
    assert "it could not be fetched" in data.source and str(blocked) in data.source
    assert blocked.read_text() == "a file in its way"


def test_the_cache_is_a_folder_of_this_user(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert loading.cache_folder().name in ("mnist-course", "Cache")  # Windows adds the latter
    assert loading.cache_folder().is_absolute()
