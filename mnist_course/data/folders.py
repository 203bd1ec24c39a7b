"""Digits as pictures in folders by class, `train/0` to `test/9`, as ImageFolder has it."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from mnist_course.data.tensors import to_tensors, train_val_split
from mnist_course.errors import CourseError

SIDE = 28
TEST_SHARE = 1 / 6  # held out where a folder has no test part, as MNIST's 10,000 of 60,000
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")


class FolderError(CourseError):
    """A folder of pictures that cannot be read or written."""


def read_image_folder(
    folder: Path,
) -> tuple[tuple[Tensor, Tensor, Tensor, Tensor], tuple[str, ...], str]:
    """Return (train images, labels, test images, labels), the class names, and a remark."""
    train_folder = next(
        (folder / name for name in ("train", "training") if (folder / name).is_dir()), folder
    )
    test_folder = next(
        (folder / name for name in ("test", "val") if (folder / name).is_dir()), None
    )
    classes = _classes(train_folder)
    train, train_labels = _read_part(train_folder, classes)
    if test_folder is None:
        train, train_labels, test, test_labels = train_val_split(train, train_labels, TEST_SHARE, 0)
        return (
            (train, train_labels, test, test_labels),
            classes,
            "a sixth of it held out as test set",
        )
    test, test_labels = _read_part(test_folder, classes)
    return (train, train_labels, test, test_labels), classes, f"test set from {test_folder}"


def _classes(folder: Path) -> tuple[str, ...]:
    names = sorted(
        entry.name for entry in folder.iterdir() if entry.is_dir() and entry.name[0] != "."
    )
    if not names:
        raise FolderError(f"{folder} has no folders named by class, such as {folder / '0'}")
    digits = tuple("0123456789")
    return digits if set(names) <= set(digits) else tuple(names)


def _read_part(folder: Path, classes: tuple[str, ...]) -> tuple[Tensor, Tensor]:
    unknown = sorted(
        {e.name for e in folder.iterdir() if e.is_dir() and e.name[0] != "."} - set(classes)
    )
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
    return sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file()
    )


def _read_picture(path: Path) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    from PIL import Image

    try:
        with Image.open(path) as picture:
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

    The folder appears when it is complete: it is written beside its place and then renamed.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderError(f"{folder} is there already and is not an empty folder; name another one")
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.partial-", dir=folder.parent))
    try:
        count = sum(_write_part(staging / part, *pair, classes) for part, pair in parts.items())
        staging.chmod(0o755)  # mkdtemp makes folders for its owner alone
        staging.replace(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return count


def _write_part(folder: Path, images: Tensor, labels: Tensor, classes: tuple[str, ...]) -> int:
    from PIL import Image
    from tqdm import tqdm

    for name in classes:
        (folder / name).mkdir(parents=True)
    pixels = (images[:, 0] * 255).round().to(torch.uint8).numpy()
    for number, label in enumerate(
        tqdm(labels.tolist(), desc=folder.name, unit=" pictures", disable=None)
    ):
        Image.fromarray(pixels[number]).save(folder / classes[label] / f"{number:05}.png")
    return len(labels)
