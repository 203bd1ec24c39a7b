"""Which data sets there are, and how torchvision names and stores them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from mnist_course.data.tensors import read_idx, unzipped

Bytes = npt.NDArray[np.uint8]
DIGITS = tuple("0123456789")
FASHION = (
    "T-shirt", "trousers", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip
KANA = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")


def _as_stored(images: Bytes) -> Bytes:
    return images


def _transposed(images: Bytes) -> Bytes:
    """Turn EMNIST upright: its files hold every picture with rows and columns swapped."""
    return images.transpose(0, 2, 1)


@dataclass(frozen=True)
class Entry:
    """One data set of torchvision: its class, folder and files."""

    title: str
    torchvision_class: str  # the folder has the same name
    train: tuple[str, str]
    test: tuple[str, str]
    classes: tuple[str, ...] = DIGITS
    options: tuple[tuple[str, str], ...] = ()  # further arguments of the torchvision class
    upright: Callable[[Bytes], Bytes] = _as_stored

    @property
    def files(self) -> tuple[str, ...]:
        """The four files that hold it."""
        return self.train + self.test

    def folder(self, root: Path) -> Path:
        """Return where its files lie in a torchvision root."""
        return root / self.torchvision_class / "raw"

    def read(self, root: Path) -> tuple[Bytes, Bytes, Bytes, Bytes]:
        """Read train images, labels, test images, labels; DamagedFileError names a bad file."""
        pairs = []
        for images_file, labels_file in (self.train, self.test):
            images, labels = (
                _find(self.folder(root), images_file),
                _find(self.folder(root), labels_file),
            )
            pairs.append(_read_pair(images, labels, len(self.classes)))
        (train_images, train_labels), (test_images, test_labels) = pairs
        return self.upright(train_images), train_labels, self.upright(test_images), test_labels


class DamagedFileError(ValueError):
    """A file that is there but cannot be what it should be."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} is damaged: {why}")
        self.path = path


def _find(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{folder / name} is not there")


def _read_pair(images_path: Path, labels_path: Path, classes: int) -> tuple[Bytes, Bytes]:
    images, labels = _read(images_path), _read(labels_path)
    if images.shape[1:] != (28, 28):
        raise DamagedFileError(
            images_path, f"its pictures have shape {images.shape[1:]}, not (28, 28)"
        )
    if labels.shape != images.shape[:1]:
        raise DamagedFileError(labels_path, f"{labels.shape} labels for {len(images)} pictures")
    if len(labels) == 0 or int(labels.max()) >= classes:
        raise DamagedFileError(labels_path, f"its labels are not all in 0..{classes - 1}")
    return images, labels


def _read(path: Path) -> Bytes:
    try:
        return _read_qmnist_labels(path) if "idx2-int" in path.name else read_idx(path)
    except ValueError as error:
        raise DamagedFileError(path, str(error).removeprefix(f"{path} ")) from error


def _read_qmnist_labels(path: Path) -> Bytes:
    """Read QMNIST's labels: (N, 8) big-endian int32, of which the first column is the digit."""
    raw = unzipped(path)
    if raw[:4] != b"\0\0\x0c\x02" or len(raw) < 12:
        raise ValueError("it is not a table of int32 in the IDX format")
    rows, columns = (int(size) for size in np.frombuffer(raw, ">u4", count=2, offset=4))
    if columns < 1 or len(raw) != 12 + 4 * rows * columns:
        raise ValueError(f"it announces {(rows, columns)}, but holds {len(raw) - 12:,} bytes")
    digits = np.frombuffer(raw, ">i4", offset=12).reshape(rows, columns)[:, 0]
    if ((digits < 0) | (digits > 9)).any():  # a byte could not hold it, and would wrap around
        raise ValueError("its first column is not all digits")
    return digits.astype(np.uint8)


def _entry(
    title: str,
    torchvision_class: str,
    prefix: str = "",
    test: str = "t10k",
    labels: str = "idx1-ubyte",
    **more: Any,
) -> Entry:
    """Spell out the four names, which differ little from one data set to the next."""
    names = [
        (f"{prefix}{part}-images-idx3-ubyte", f"{prefix}{part}-labels-{labels}")
        for part in ("train", test)
    ]
    return Entry(title, torchvision_class, names[0], names[1], **more)


CATALOGUE = {
    "mnist": _entry("MNIST", "MNIST"),
    "fashion": _entry("Fashion-MNIST", "FashionMNIST", classes=FASHION),
    "kmnist": _entry("Kuzushiji-MNIST", "KMNIST", classes=KANA),
    "emnist-digits": _entry(
        "EMNIST digits",
        "EMNIST",
        "emnist-digits-",
        "test",
        options=(("split", "digits"),),
        upright=_transposed,
    ),
    "qmnist": _entry("QMNIST", "QMNIST", "qmnist-", "test", labels="idx2-int"),
}
