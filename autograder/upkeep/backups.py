"""Copies of a learner's files, kept before anything is changed in them."""

import shutil
from datetime import datetime
from itertools import count
from pathlib import Path

from mnist_course.files import write_atomically

FOLDER = "backups"


def kept(path: Path, content: bytes | None = None) -> Path:
    """Keep a copy of a file beside it, under a name of its own, and return its place."""
    folder = path.parent / FOLDER
    folder.mkdir(exist_ok=True)
    stem = f"{path.stem} {datetime.now():%Y-%m-%d %H.%M.%S}"
    for number in count(1):
        place = folder / f"{stem}{f' ({number})' if number > 1 else ''}{path.suffix}"
        try:
            with place.open("xb") as file:  # never over one that is there
                file.write(path.read_bytes() if content is None else content)
        except FileExistsError:
            continue
        except OSError:  # the disk is full: half a copy is none
            place.unlink(missing_ok=True)
            raise
        if path.exists():
            shutil.copymode(path, place)
        return place
    raise AssertionError("numbers do not end")


def put(path: Path, content: bytes, like: Path | None = None) -> None:
    """Write a file in one move, with its own mode or that of another; a link stays a link."""
    path = path.resolve()
    model = like or path
    old = model.stat().st_mode if model.exists() else None
    write_atomically(path, content)
    if old is not None:
        path.chmod(old & 0o7777)
