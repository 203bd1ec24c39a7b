"""What commands refuse before they begin, so that nobody waits for what cannot be finished."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from mnist_course.errors import CourseError


def demand_places(places: Sequence[Path | None], files: Sequence[Path] = ()) -> None:
    """Refuse, before anything is graded, a place where nothing can be written."""
    wanted = [place.absolute() for place in places if place]
    for place in wanted:
        if place.is_symlink() or (place.exists() and not (place.is_file() or place.is_dir())):
            raise CourseError(f"{place} cannot be written: it is no ordinary file")
        if place.is_dir():
            raise CourseError(f"{place} cannot be written: it is a folder; name a file in it")
        if not place.parent.is_dir():
            raise CourseError(f"{place} cannot be written: there is no folder {place.parent}")
        if not os.access(place.parent, os.W_OK):
            raise CourseError(f"{place} cannot be written: nothing may be put into that folder")
        if wanted.count(place) > 1 or any(_same_file(place, file) for file in files):
            raise CourseError(f"{place} cannot be written: that file is needed for something else")


def _same_file(one: Path, other: Path) -> bool:
    return one.exists() and other.exists() and one.samefile(other)


def demand_folder(place: Path) -> None:
    """Refuse, before anything is made, results that would have to go into a file."""
    there = next(one for one in [place, *place.absolute().parents] if one.exists())
    if not there.is_dir():
        raise CourseError(f"{there} is no folder: name another one with --out")


def demand_data(name: str) -> None:
    """Refuse, before anything is graded, data that are not here; nothing is fetched."""
    if name == "digits":
        return
    from mnist_course.data import CATALOGUE
    from mnist_course.data.loading import VARIABLE, cache_folder

    named = os.environ.get(VARIABLE)
    for root in [*([Path(named).expanduser()] if named else []), cache_folder()]:
        with suppress(OSError, ValueError):  # not there; damaged
            CATALOGUE[name].read(root)
            return
    raise CourseError(
        f"the data set {name} is not on this machine: name its folder in {VARIABLE}, or fetch it "
        f"once (python -c \"from mnist_course.data import load; load('{name}')\")"
    )
