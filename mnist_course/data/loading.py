"""One call from the name of a data set to its tensors, and a plain word on where they came from."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from mnist_course.data.catalogue import CATALOGUE, DIGITS, DamagedFileError, Entry
from mnist_course.data.download import DownloadError, download
from mnist_course.data.embedded import COPIES, embedded_digits
from mnist_course.data.folders import read_image_folder
from mnist_course.data.tensors import to_tensors
from mnist_course.errors import CourseError

VARIABLE = "MNIST_COURSE_DATA"


@dataclass(frozen=True)
class Dataset:
    """Images in [0, 1], labels, and where they came from."""

    name: str
    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    classes: tuple[str, ...]
    source: str
    copies: int = 1  # of every picture, one whole round after the other; for splitting fairly


class DataError(CourseError):
    """There is no such data set."""


def load(name: str | Path = "mnist", say: Callable[[str], None] = print) -> Dataset:
    """Load a data set by name, or a folder of pictures by class, and say which one it is and why.

    Names: mnist, fashion, kmnist, emnist-digits, qmnist, digits. They are looked for in the
    folder that MNIST_COURSE_DATA names, then in the user's cache, then on the network; where
    all that fails, the embedded digits take their place.
    """
    key = str(name).lower()
    if key in CATALOGUE:
        dataset = _from_catalogue(key, say)
    elif key == "digits":
        dataset = _embedded("the embedded digits of scikit-learn, as asked for")
    elif Path(name).is_dir():
        dataset = _from_folder(Path(name))
    else:
        raise DataError(
            f"There is no data set and no folder called {str(name)!r}. "
            f"Choose one of {', '.join([*CATALOGUE, 'digits'])}, "
            "or name a folder of pictures by class."
        )
    say(f"Data: {dataset.source}.")
    return dataset


def cache_folder() -> Path:
    """Return the folder of this user in which fetched data is kept."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("mnist-course", appauthor=False))


def _from_catalogue(name: str, say: Callable[[str], None]) -> Dataset:
    entry = CATALOGUE[name]
    reasons: list[str] = []
    for look in (_in_named_folder, _in_cache, _on_the_network):
        found = look(name, entry, reasons, say)
        if found is not None:
            return found
    return _embedded(
        f"the embedded digits, in place of {entry.title}, because {'; '.join(reasons)}"
    )


def _in_named_folder(
    name: str, entry: Entry, reasons: list[str], say: Callable[[str], None]
) -> Dataset | None:
    root = os.environ.get(VARIABLE)
    if not root:
        reasons.append(f"{VARIABLE} is not set")
        return None
    try:
        return _read(name, entry, Path(root).expanduser(), f"which {VARIABLE} names")
    except (OSError, RuntimeError, DamagedFileError) as error:  # RuntimeError: no such ~user
        reasons.append(f"in {VARIABLE}, {_reason(error)}")
        say(f"Looked for {entry.title} in {VARIABLE}={root}: {_reason(error)}.")
        return None


def _in_cache(
    name: str, entry: Entry, reasons: list[str], say: Callable[[str], None]
) -> Dataset | None:
    try:
        return _read(name, entry, cache_folder(), "the user's cache")
    except DamagedFileError as error:
        reasons.append(f"in the cache, {error}")
        say(f"{error}. {_set_aside(error.path)}, and will be fetched again.")
    except OSError as error:
        reasons.append(f"in the cache, {_reason(error)}")
    return None


def _set_aside(path: Path) -> str:
    aside = path.with_name(f"{path.name}.damaged")
    try:
        path.replace(aside)
    except OSError as error:  # a cache that cannot be written, or another process was faster
        return f"It cannot be set aside ({_reason(error)})"
    return f"It is set aside as {aside.name}"


def _on_the_network(
    name: str, entry: Entry, reasons: list[str], say: Callable[[str], None]
) -> Dataset | None:
    say(f"Fetching {entry.title} into {cache_folder()} …")
    try:
        download(entry, cache_folder())
        return _read(name, entry, cache_folder(), "just fetched")
    except (OSError, DownloadError, DamagedFileError) as error:
        reasons.append(f"it could not be fetched ({_reason(error)})")
        return None


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _read(name: str, entry: Entry, root: Path, why: str) -> Dataset:
    train, train_labels, test, test_labels = entry.read(root)
    return Dataset(
        name,
        *to_tensors(train, train_labels),
        *to_tensors(test, test_labels),
        classes=entry.classes,
        source=f"{entry.title}, from {entry.folder(root)} ({why})",
    )


def _embedded(source: str) -> Dataset:
    return Dataset("digits", *embedded_digits(), classes=DIGITS, source=source, copies=COPIES)


def _from_folder(folder: Path) -> Dataset:
    tensors, classes, remark = read_image_folder(folder)
    return Dataset(
        str(folder), *tensors, classes=classes, source=f"the pictures in {folder} ({remark})"
    )
