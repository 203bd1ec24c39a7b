"""Digits as pictures in folders by class, `train/0` to `test/9`, as ImageFolder has it."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mnist_course.data.catalogue import CATALOGUE
from mnist_course.data.tensors import to_tensors, train_val_split
from mnist_course.errors import CourseError

SIDE = 28
TEST_SHARE = 1 / 6  # held out where a folder has no test part, as MNIST's 10,000 of 60,000
MOST_CLASSES = 256  # labels are bytes
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")


class FolderError(CourseError):
    """A folder of pictures that cannot be read or written."""


def read_image_folder(
    folder: Path,
) -> tuple[tuple[Tensor, Tensor, Tensor, Tensor], tuple[str, ...], str]:
    """Return (train images, labels, test images, labels), the class names, and a remark."""
    train_folder, test_folder = _parts(folder)
    classes = _classes(train_folder)
    train, train_labels = _read_part(train_folder, classes)
    if test_folder is None:
        train, train_labels, test, test_labels = train_val_split(train, train_labels, TEST_SHARE, 0)
        if len(test_labels) == 0:
            raise FolderError(
                f"{folder} has too few pictures to hold some out; add {folder / 'test'}"
            )
        return (
            (train, train_labels, test, test_labels),
            classes,
            "a sixth of it held out as test set",
        )
    test, test_labels = _read_part(test_folder, classes)
    return (train, train_labels, test, test_labels), classes, f"test set from {test_folder}"


def _parts(folder: Path) -> tuple[Path, Path | None]:
    """Find the train part, which may be the folder itself, and the test part."""
    parts = {name.lower(): folder / name for name in _folders_in(folder)}
    train = next((parts[name] for name in ("train", "training") if name in parts), None)
    test = next((parts[name] for name in ("test", "val") if name in parts), None)
    if test is not None and train is None:
        raise FolderError(f"{test} is there, but {folder / 'train'} is not")
    return train or folder, test


def _folders_in(folder: Path) -> list[str]:
    return sorted(e.name for e in folder.iterdir() if e.is_dir() and e.name[0] != ".")


def _classes(folder: Path) -> tuple[str, ...]:
    """Name the classes by their folders; a known set keeps its labels, also where some lack."""
    names = _folders_in(folder)
    if not 0 < len(names) <= MOST_CLASSES:
        raise FolderError(
            f"{folder} has {len(names)} folders; it needs one for each class, "
            f"such as {folder / '0'}, and at most {MOST_CLASSES}"
        )
    known = (entry.classes for entry in CATALOGUE.values())
    return next((classes for classes in known if set(names) <= set(classes)), tuple(names))


def _read_part(folder: Path, classes: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    unknown = sorted(set(_folders_in(folder)) - set(classes))
    if unknown:
        raise FolderError(
            f"{folder / unknown[0]} is a class that the training pictures do not have"
        )
    pictures, labels = [], []
    for label, name in enumerate(classes):
        for path in _pictures_in(folder / name):
            pictures.append(_read_picture(path))
            labels.append(label)
    if not pictures:
        raise FolderError(f"{folder} holds no pictures ({', '.join(ENDINGS)})")
    return to_tensors(np.stack(pictures), np.array(labels, dtype=np.uint8))


def _pictures_in(folder: Path) -> list[Path]:
    """List its pictures, and those in its folders; what is hidden is no picture of anyone's."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in ENDINGS
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _read_picture(path: Path) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    from PIL import Image

    try:
        with Image.open(path) as picture:
            if picture.mode[0] in "IF":  # Pillow would clip all above 255 to white
                raise ValueError("it has more than 8 bits a pixel")
            grey = picture.convert("L")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise FolderError(
            f"{path} cannot be read as a picture ({error}); mend or remove it"
        ) from error
    if grey.size != (SIDE, SIDE):
        grey = grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(grey)


def write_image_folder(
    folder: Path, parts: dict[str, tuple[Tensor, Tensor]], classes: tuple[str, ...]
) -> int:
    """Write parts such as {"train": (images, labels)} as PNG files; returns how many.

    The parts appear when all is complete: they are written beside the folder and then renamed.
    """
    folder = folder.resolve()  # beside its place, also where that is "." or a link
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderError(f"{folder} is there already and is not an empty folder; name another one")
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.partial-", dir=folder.parent))
    try:
        count = sum(_write_part(staging / part, *pair, classes) for part, pair in parts.items())
        folder.mkdir(exist_ok=True)
        for part in parts:
            (staging / part).replace(folder / part)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return count


def _write_part(folder: Path, images: Tensor, labels: Tensor, classes: tuple[str, ...]) -> int:
    from PIL import Image
    from tqdm import tqdm

    for label in labels.unique().tolist():
        (folder / classes[label]).mkdir(parents=True)
    pixels = (images[:, 0] * 255).round().to(torch.uint8).numpy()
    for number, label in enumerate(
        tqdm(labels.tolist(), desc=folder.name, unit=" pictures", disable=None)
    ):
        Image.fromarray(pixels[number]).save(folder / classes[label] / f"{number:05}.png")
    return len(labels)
