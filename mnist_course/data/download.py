"""Fetch a data set through torchvision into the user's cache, whole or not at all."""

import http.client
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from mnist_course.data.catalogue import Entry

SECONDS_OF_SILENCE = 30  # after which a mirror counts as dead
SECONDS_UNTIL_LEFT_OVER = 24 * 3600  # no download lasts a day
ANY_FAILURE = (OSError, RuntimeError, ValueError, EOFError, http.client.HTTPException)


class DownloadError(RuntimeError):
    """No mirror gave the data."""


def download(entry: Entry, cache: Path) -> None:
    """Fetch all files of a data set; they appear in the cache together, complete and checked."""
    cache.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(entry, cache)
    with tempfile.TemporaryDirectory(
        prefix=f".{entry.torchvision_class}.partial-", dir=cache
    ) as name:
        staging = Path(name)
        _fetch(entry, staging)
        entry.read(staging)  # what cannot be read never reaches the cache
        _move(entry.folder(staging), entry.folder(cache), entry.files)


def _remove_leftovers(entry: Entry, cache: Path) -> None:
    """Remove what killed downloads left; a young one may belong to a download that still runs."""
    for staging in cache.glob(f".{entry.torchvision_class}.partial-*"):
        with suppress(FileNotFoundError):  # another process removed it first
            if time.time() - staging.stat().st_mtime > SECONDS_UNTIL_LEFT_OVER:
                shutil.rmtree(staging, ignore_errors=True)


def _fetch(entry: Entry, staging: Path) -> None:
    try:
        torchvision_class = getattr(torchvision_datasets(), entry.torchvision_class)
    except (ImportError, RuntimeError, OSError) as error:
        raise DownloadError(f"torchvision cannot be imported ({error})") from error
    failures = []
    for mirror in getattr(torchvision_class, "mirrors", [""]):
        try:
            with _impatient_sockets():
                _fetch_from(torchvision_class, mirror, entry, staging)
            return
        except ANY_FAILURE as error:
            failures.append(str(error).strip().splitlines()[-1] if str(error) else repr(error))
    raise DownloadError("; ".join(dict.fromkeys(failures)))


def _fetch_from(torchvision_class: type[Any], mirror: str, entry: Entry, staging: Path) -> None:
    """Ask one mirror only: by itself torchvision gives up where a mirror breaks off midway."""
    one_mirror = type(torchvision_class.__name__, (torchvision_class,), {"mirrors": [mirror]})
    for train in (True, False):
        one_mirror(root=str(staging), train=train, download=True, **dict(entry.options))


def _move(staged: Path, target: Path, files: tuple[str, ...]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for file in files:
        name = file if (staged / file).exists() else f"{file}.gz"
        (staged / name).replace(target / name)


@contextmanager
def _impatient_sockets() -> Iterator[None]:
    """Give sockets a time limit: torchvision sets none, and a silent mirror would hang it."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS_OF_SILENCE)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def torchvision_datasets() -> ModuleType:
    """Import `torchvision.datasets`, also where torchvision's compiled part does not load.

    That is a common accident: a torchvision built for CUDA beside a torch for the CPU. Its
    import then ends with "operator torchvision::nms does not exist". No data set needs that
    operator, so a placeholder mends the import.
    """
    try:
        from torchvision import datasets
    except RuntimeError as error:
        if "operator torchvision::" not in str(error):
            raise
        _define_missing_operators()
        from torchvision import datasets
    return datasets  # type: ignore[no-any-return]


def _define_missing_operators() -> None:
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _kept.append(library)  # an operator lives as long as its library


_kept: list[Any] = []
