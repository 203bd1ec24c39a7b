"""Pictures in folders by class: written, read, and refused in words."""

import shutil
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mnist_course.data import CATALOGUE, load
from mnist_course.data.catalogue import DIGITS
from mnist_course.data.download import torchvision_datasets
from mnist_course.data.folders import ENDINGS, FolderError, read_image_folder, write_image_folder
from mnist_course.errors import CourseError

Pair = tuple[torch.Tensor, torch.Tensor]


def pictures(count: int, seed: int = 0, classes: int = 10) -> Pair:
    """Draw pictures of bytes, sorted by class, as a folder holds them."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(0, 256, (count, 1, 28, 28), generator=generator) / 255
    return images, (torch.arange(count) % classes).sort().values


@pytest.fixture
def parts() -> dict[str, Pair]:
    return {"train": pictures(40), "test": pictures(20, seed=1)}


@pytest.fixture
def folder(tmp_path: Path, parts: dict[str, Pair]) -> Path:
    write_image_folder(tmp_path / "Dataset", parts, DIGITS)
    return tmp_path / "Dataset"


def draw(path: Path, mode: str = "L", size: tuple[int, int] = (28, 28), value: int = 200) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, value).convert(mode).save(path)
    return path


def quietly(folder: Path):
    return load(folder, say=lambda _: None)


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


# there and back


def test_what_was_written_is_read_back_exactly(folder: Path, parts: dict[str, Pair]):
    said: list[str] = []
    data = load(folder, said.append)
    assert torch.equal(data.train_images, parts["train"][0])
    assert torch.equal(data.train_labels, parts["train"][1])
    assert torch.equal(data.test_images, parts["test"][0])
    assert torch.equal(data.test_labels, parts["test"][1])
    assert data.train_images.dtype == torch.float32 and data.train_labels.dtype == torch.int64
    assert data.classes == DIGITS
    assert said == [f"Data: the pictures in {folder} (test set from {folder / 'test'})."]
    assert tree(folder)[:3] == ["test", "test/0", "test/0/00000.png"]


def test_every_byte_value_survives(tmp_path: Path):
    images = (torch.arange(784) % 256).reshape(1, 1, 28, 28).float() / 255
    pair = images, torch.tensor([7])
    assert write_image_folder(tmp_path / "a", {"train": pair, "test": pair}, DIGITS) == 2
    assert torch.equal(quietly(tmp_path / "a").train_images, images)


def test_values_between_two_bytes_are_rounded(tmp_path: Path):
    images, labels = pictures(10)
    pair = images - 0.001, labels
    write_image_folder(tmp_path / "a", {"train": pair, "test": pair}, DIGITS)
    assert torch.equal(quietly(tmp_path / "a").train_images, images)


def test_torchvision_reads_the_same_labels(folder: Path, parts: dict[str, Pair]):
    there = torchvision_datasets().ImageFolder(str(folder / "train"))
    assert there.classes == list(DIGITS)
    assert there.targets == parts["train"][1].tolist()
    pixels = np.stack([np.asarray(picture)[:, :, 0] for picture, _ in there])
    assert np.array_equal(pixels, (parts["train"][0][:, 0] * 255).round().numpy())


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_data_set_keeps_its_classes_and_labels(name: str, tmp_path: Path):
    classes = CATALOGUE[name].classes
    pair = pictures(20)
    write_image_folder(tmp_path / "a", {"train": pair, "test": pair}, classes)
    data = quietly(tmp_path / "a")
    assert data.classes == classes
    assert torch.equal(data.train_labels, pair[1])
    assert torch.equal(data.train_images, pair[0])


def test_a_class_without_pictures_survives(tmp_path: Path):
    images, _ = pictures(2)
    pair = images, torch.tensor([2, 9])
    write_image_folder(tmp_path / "a", {"train": pair, "test": pair}, DIGITS)
    assert quietly(tmp_path / "a").train_labels.tolist() == [2, 9]


# what may lie in a folder


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "1", "CMYK"])
@pytest.mark.parametrize("size", [(28, 28), (20, 35), (1, 1)], ids=str)
@pytest.mark.parametrize("value", [0, 255])
def test_any_kind_of_picture_is_read(mode: str, size, value: int, tmp_path: Path):
    ending = "jpg" if mode == "CMYK" else "png"
    for part in ("train", "test"):
        draw(tmp_path / part / "3" / f"a.{ending}", mode, size, value)
    data = quietly(tmp_path)
    assert data.train_images.shape == (1, 1, 28, 28)
    assert data.train_labels.tolist() == [3]
    assert data.train_images.unique().tolist() == pytest.approx([value / 255], abs=0.02)


@pytest.mark.parametrize("ending", [*ENDINGS, ".PNG", ".JPG"])
def test_any_ending_is_read(ending: str, tmp_path: Path):
    for part in ("train", "test"):
        draw(tmp_path / part / "0" / f"a{ending}")
    assert quietly(tmp_path).train_images.mean().item() == pytest.approx(200 / 255, abs=0.02)


def test_a_picture_is_shrunk_and_not_cropped(tmp_path: Path):
    pixels = np.zeros((112, 56), np.uint8)
    pixels[:56, 28:] = 255
    for part in ("train", "test"):
        path = draw(tmp_path / part / "0" / "a.png")
        Image.fromarray(pixels).save(path)
    quarters = quietly(tmp_path).train_images[0, 0].unflatten(0, (2, 14)).unflatten(2, (2, 14))
    assert quarters.mean((1, 3)).round(decimals=1).tolist() == [[0, 1], [0, 0]]


def test_labels_of_absent_digits_are_not_closed_up(tmp_path: Path):
    for part, names in (("train", "179"), ("test", "19")):
        for name in names:
            draw(tmp_path / part / name / "a.png")
    data = quietly(tmp_path)
    assert data.train_labels.tolist() == [1, 7, 9]
    assert data.test_labels.tolist() == [1, 9]  # a class may be absent from the test part
    assert data.classes == DIGITS


def test_other_names_are_numbered_as_image_folder_does(tmp_path: Path):
    names = ["10", "Zwölf", "eine Null", "2", "\u5b57"]
    for part in ("train", "test"):
        for name in names:
            draw(tmp_path / "meine Ziffern ä" / part / name / "ein Bild ü.png")
    data = quietly(tmp_path / "meine Ziffern ä")
    there = torchvision_datasets().ImageFolder(str(tmp_path / "meine Ziffern ä" / "train"))
    assert list(data.classes) == there.classes == sorted(names)
    assert data.train_labels.tolist() == there.targets


@pytest.mark.parametrize(
    "junk",
    [
        ".DS_Store",
        "Thumbs.db",
        "README.md",
        "labels.csv",
        "train/.DS_Store",
        "train/Thumbs.db",
        "train/.git/x",
        "train/3/.DS_Store",
        "train/3/Thumbs.db",
        "train/3/desktop.ini",
        "train/3/._00000.png",  # macOS writes these on foreign disks
        "train/3/.ipynb_checkpoints/00000-checkpoint.png",
        "test/.ipynb_checkpoints/a.png",
        "test/3/notes.txt",
    ],
)
def test_what_is_no_picture_is_ignored(junk: str, folder: Path, parts: dict[str, Pair]):
    path = folder / junk
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\0\5\x16\7junk")
    data = quietly(folder)
    assert torch.equal(data.train_images, parts["train"][0])
    assert torch.equal(data.test_images, parts["test"][0])


@pytest.mark.parametrize("layout", ["train", ".", "training"])
def test_without_a_test_part_a_sixth_is_held_out(layout: str, tmp_path: Path):
    images, labels = pictures(120)
    write_image_folder(tmp_path / "a", {"train": (images, labels)}, DIGITS)
    if layout == ".":
        (tmp_path / "a" / "train").rename(tmp_path / "b")
    else:
        (tmp_path / "a" / "train").rename(tmp_path / "a" / layout)
        (tmp_path / "a").rename(tmp_path / "b")
    said: list[str] = []
    data = load(tmp_path / "b", said.append)
    assert torch.bincount(data.test_labels).tolist() == [2] * 10
    assert torch.bincount(data.train_labels).tolist() == [10] * 10
    everything = torch.cat([data.train_images, data.test_images])
    assert torch.equal(everything.unique(dim=0), images.unique(dim=0))
    assert "a sixth of it held out" in said[0]
    assert torch.equal(quietly(tmp_path / "b").test_images, data.test_images)


@pytest.mark.parametrize("names", [("Train", "Test"), ("TRAIN", "val"), ("Training", "Val")])
def test_the_parts_may_be_spelt_otherwise(names, folder: Path, parts: dict[str, Pair]):
    for old, new in zip(("train", "test"), names, strict=True):
        (folder / old).rename(folder / f"{new}-")
        (folder / f"{new}-").rename(folder / new)
    data = quietly(folder)
    assert torch.equal(data.train_images, parts["train"][0])
    assert torch.equal(data.test_images, parts["test"][0])


# what is refused


def _rewrite(name: str, content: bytes) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return spoil


def _cut_a_picture(folder: Path) -> None:
    path = folder / "test" / "3" / "00006.png"
    path.write_bytes(path.read_bytes()[:300])


def _break_a_chunk(folder: Path) -> None:
    """Leave the first half of the pixels whole: Pillow opens it, and stumbles while it reads."""
    path = folder / "train" / "3" / "00012.png"
    intact = path.read_bytes()
    start = intact.index(b"IDAT") + 4
    pixels = intact[start : start + 300]
    chunk = len(pixels).to_bytes(4, "big") + b"IDAT" + pixels
    chunk += zlib.crc32(b"IDAT" + pixels).to_bytes(4, "big")
    path.write_bytes(intact[: start - 8] + chunk + b"\0\0\1\0\xff\xff\xff\xff" + bytes(400))


def _sixteen_bits(folder: Path) -> None:
    deep = Image.fromarray(np.full((28, 28), 30_000, np.uint16))
    deep.save(folder / "train" / "3" / "00012.png")


def _too_many_classes(folder: Path) -> None:
    for number in range(300):
        (folder / "train" / str(number)).mkdir(exist_ok=True)


def _no_pictures(folder: Path) -> None:
    for path in (folder / "train").rglob("*.png"):
        path.unlink()


def _empty(folder: Path) -> None:
    for part in ("train", "test"):
        shutil.rmtree(folder / part)


REFUSED = {
    "no image": (_rewrite("train/3/00012.png", b"no picture"), "train/3/00012.png cannot be read"),
    "nothing in it": (_rewrite("train/3/00012.png", b""), "train/3/00012.png cannot be read"),
    "cut": (_cut_a_picture, "test/3/00006.png cannot be read"),
    "a broken chunk": (_break_a_chunk, "train/3/00012.png cannot be read"),
    "16 bits": (_sixteen_bits, "00012.png cannot be read as a picture .*8 bits"),
    "a class of the test part alone": (
        lambda folder: draw(folder / "test" / "A" / "a.png") and None,
        "test/A is a class that the training pictures do not have",
    ),
    "empty": (_empty, "has 0 folders"),
    "no pictures": (_no_pictures, "train holds no pictures"),
    "no train part": (lambda folder: shutil.rmtree(folder / "train"), "train is not"),
    "300 classes": (_too_many_classes, "at most 256"),
}


@pytest.mark.parametrize(("spoil", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_folder_that_cannot_be_read_is_told(spoil, reason: str, folder: Path):
    spoil(folder)
    before = tree(folder)
    with pytest.raises(FolderError, match=reason) as caught:
        quietly(folder)
    assert isinstance(caught.value, CourseError)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert tree(folder) == before


@pytest.mark.filterwarnings("ignore::UserWarning")  # of Pillow, about the same damage
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "bmp", "tif", "webp", "ppm"])
def test_a_picture_damaged_anywhere_is_read_or_named(ending: str, tmp_path: Path):
    draw(tmp_path / "test" / "0" / "whole.png")
    path = tmp_path / "train" / "0" / f"a.{ending}"
    intact = draw(path).read_bytes()
    random = np.random.default_rng(0)
    for _ in range(60):
        damaged = bytearray(intact[: random.integers(1, len(intact) + 1)])
        damaged[random.integers(len(damaged))] = random.integers(256)
        path.write_bytes(damaged)
        try:
            read_image_folder(tmp_path)
        except FolderError as error:
            assert str(path) in str(error)


@pytest.mark.parametrize("kind", ["a folder with a file", "a folder with a hidden file", "a file"])
def test_a_place_that_is_taken_is_refused(kind: str, tmp_path: Path, parts: dict[str, Pair]):
    target = tmp_path / "target"
    path = target if kind == "a file" else target / (".hidden" if "hidden" in kind else "file")
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(FolderError, match="name another one"):
        write_image_folder(target, parts, DIGITS)
    assert tree(tmp_path) == before and path.read_text() == "mine"


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("disk full")])
@pytest.mark.parametrize("there", [False, True], ids=["new", "an empty folder"])
def test_stopped_midway_nothing_is_left(error, there, tmp_path, parts, monkeypatch):
    save, saved = Image.Image.save, []

    def interrupted(self, path, **options):
        saved.append(path)
        if len(saved) == 50:
            raise error
        save(self, path, **options)

    if there:
        (tmp_path / "target").mkdir()
    monkeypatch.setattr(Image.Image, "save", interrupted)
    with pytest.raises(error if isinstance(error, type) else OSError):
        write_image_folder(tmp_path / "target", parts, DIGITS)
    assert len(saved) == 50
    assert tree(tmp_path) == (["target"] if there else [])


@pytest.mark.parametrize("place", ["an empty folder", "a link to one", ".", "a/new/one"])
def test_where_it_may_be_written(place, tmp_path, parts, monkeypatch):
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link").symlink_to(empty)
    monkeypatch.chdir(empty)
    make, made = tempfile.mkdtemp, []
    monkeypatch.setattr(
        tempfile, "mkdtemp", lambda **options: made.append(options) or make(**options)
    )
    names = {
        "an empty folder": empty,
        "a link to one": tmp_path / "elsewhere" / "link",
        ".": Path(),
    }
    target = names.get(place, tmp_path / place)
    assert write_image_folder(target, parts, DIGITS) == 60
    assert torch.equal(quietly(target.resolve()).train_images, parts["train"][0])
    assert not list(tmp_path.rglob("*partial*"))
    assert (tmp_path / "elsewhere" / "link").is_symlink()
    # Beside the real place, for a link may lead to another disk, and renaming does not.
    assert made[0]["dir"] == target.resolve().parent


def test_others_may_read_what_was_written(folder: Path):
    reference = folder.parent / "reference"
    reference.mkdir()
    for path in (folder, folder / "train", folder / "train" / "0"):
        assert path.stat().st_mode == reference.stat().st_mode
