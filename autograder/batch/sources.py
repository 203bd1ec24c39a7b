"""Where handed-in files lie: a folder, a zip, a zip in either. Each is a list of entries.

Nothing of a zip is ever put on a disk, and of each member no more is inflated than may be read.
"""

import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from autograder.bundle import ABOUT, END, FAR_END, KIND, MOST_BYTES, inflated
from autograder.nbformats import NoSubmissionError
from autograder.submission import content_of
from autograder.texts import one_line
from mnist_course.errors import CourseError

MOST_MEMBERS = 200_000  # of a class's zip; and of one that a learner made
MOST_MEMBERS_OF_ONE = 200
MOST_TABLE = 2**17  # bytes of the table of such a zip
MOST_DEPTH = 12  # folders in folders
JUNK = re.compile(
    r"\..*|__MACOSX|__pycache__|node_modules|Thumbs\.db|desktop\.ini|timestamp\.txt"
    r"|submission_secret\.txt"  # it and the one before are nbgrader's
)
LESSON = re.compile(r"0\d_\w+\.(py|ipynb)$", re.IGNORECASE)
LESSONS_FOLDER, OURS = "lessons", ("autograder", "mnist_course", "solutions")

Read = Callable[[], bytes | None]  # None: larger than is read


@dataclass(frozen=True)
class Entry:
    """A file that was found: its path below what was named, when it was written, how to read it."""

    parts: tuple[str, ...]
    written: float  # seconds since 1970
    read: Read
    trouble: str = ""  # why it cannot be read at all

    @property
    def path(self) -> str:
        """Return its path, in one line."""
        return one_line("/".join(self.parts), 1000)


def entries(place: Path) -> Iterator[Entry]:
    """Return all that lies in a folder or a zip, without what nobody handed in."""
    if place.is_dir():
        yield from _in_folder(place, ())
    elif place.suffix.lower() == KIND and place.is_file():
        try:
            archive = zipfile.ZipFile(place)  # it stays open: its table is long
            yield from _in_zip(lambda: archive, (), MOST_MEMBERS)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise CourseError(f"{place} cannot be read as a zip: {one_line(str(error))}") from error
    else:
        raise CourseError(f"{place} is neither a folder nor a zip with what was handed in")


# ---- folders -------------------------------------------------------------------------------------


def _in_folder(folder: Path, above: tuple[str, ...]) -> Iterator[Entry]:
    if len(above) > MOST_DEPTH:
        yield _odd((*above, ""), "it lies too deep")
        return
    try:
        inside = sorted(os.scandir(folder), key=lambda item: item.name)
    except OSError as error:
        yield _odd((*above, ""), f"the folder cannot be read ({error.strerror})")
        return
    clone = _is_clone({item.name for item in inside if item.is_dir(follow_symlinks=False)})
    for item in inside:
        parts = (*above, item.name)
        if JUNK.fullmatch(item.name) or (clone and not _in_clone(item)):
            continue
        yield from _item(Path(item.path), item, parts)


def _item(path: Path, item: "os.DirEntry[str]", parts: tuple[str, ...]) -> Iterator[Entry]:
    if item.is_symlink():
        yield _odd(parts, "it is a symbolic link")
    elif item.is_dir():
        if parts[-2:] != (LESSONS_FOLDER, "backups"):
            yield from _in_folder(path, parts)
    elif not item.is_file():
        yield _odd(parts, "it is no ordinary file")
    else:
        yield from _file(parts, item.stat().st_mtime, partial(_bytes, path))


def _bytes(path: Path) -> bytes | None:
    try:
        return content_of(path)
    except NoSubmissionError as error:
        raise NoSubmissionError(one_line(str(error).removeprefix(f"{path} "))) from error


def _is_clone(folders: set[str]) -> bool:
    return LESSONS_FOLDER in folders and any(name in folders for name in OURS)


def _in_clone(item: "os.DirEntry[str]") -> bool:
    """Tell whether a learner works there: in `lessons`, or on a lesson beside it."""
    if item.is_dir(follow_symlinks=False):
        return item.name == LESSONS_FOLDER
    return _named((item.name,))


def _named(parts: tuple[str, ...]) -> bool:
    """Tell whether a file beside `lessons` is that of a lesson."""
    return len(parts) == 1 and LESSON.match(parts[0]) is not None


# ---- zips ----------------------------------------------------------------------------------------

Open = Callable[[], zipfile.ZipFile]


def _in_zip(opened: Open, above: tuple[str, ...], most: int) -> Iterator[Entry]:
    members = [info for info in opened().infolist() if not info.is_dir()]
    if len(members) > most:
        raise NoSubmissionError(f"{len(members):,} files are in it, and {most:,} may be")
    folders = {_inner(info)[:depth] for info in members for depth in range(1, len(_inner(info)))}
    for info in members:
        inner = _inner(info)
        if any(JUNK.fullmatch(part) for part in inner) or _beside_work(inner, folders):
            continue
        if stat.S_ISLNK(info.external_attr >> 16):
            yield _odd((*above, *inner), "it is a symbolic link")
        else:
            read = partial(_member, opened, info)
            yield from _file((*above, *inner), _time(info), read, nested=bool(above))


def _inner(info: zipfile.ZipInfo) -> tuple[str, ...]:
    parts = info.filename.replace("\\", "/").split("/")
    return tuple(part for part in parts if part not in ("", ".", ".."))


def _beside_work(inner: tuple[str, ...], folders: set[tuple[str, ...]]) -> bool:
    """Tell whether it belongs to the course in a clone that was zipped, or to its backups."""
    for depth in range(len(inner)):
        there = {name for name in (LESSONS_FOLDER, *OURS) if (*inner[:depth], name) in folders}
        if _is_clone(there):
            rest = inner[depth:]
            return not ((rest[0] == LESSONS_FOLDER and len(rest) == 2) or _named(rest))
    return False


def _member(opened: Open, info: zipfile.ZipInfo) -> bytes | None:
    """Inflate one member."""
    if info.file_size > MOST_BYTES:
        return None
    try:
        return inflated(opened(), info, MOST_BYTES)
    except NoSubmissionError:
        raise
    except Exception as error:  # zipfile raises much, and the zip may be made to have it do so
        raise NoSubmissionError(f"it is damaged ({type(error).__name__})") from error


def _time(info: zipfile.ZipInfo) -> float:
    try:
        return datetime(*info.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


# ---- a file, or a zip that a learner made --------------------------------------------------------


def _file(
    parts: tuple[str, ...], written: float, read: Read, nested: bool = False
) -> Iterator[Entry]:
    """Return a file; go into a zip, unless it is a bundle, which is read as a whole."""
    entry = Entry(parts, written, read)
    if not parts[-1].lower().endswith(KIND):
        yield entry
        return
    try:
        names = _opened(read).namelist()
        if ABOUT in names or nested:
            yield entry if ABOUT in names else _odd(parts, "it is a zip in a zip in a zip")
        else:
            inside = (*parts[:-1], parts[-1][: -len(KIND)])
            yield from list(_in_zip(partial(_opened, read), inside, MOST_MEMBERS_OF_ONE))
    except NoSubmissionError as error:
        yield _odd(parts, str(error))
    except Exception as error:  # as above
        yield _odd(parts, f"it cannot be read as a zip ({type(error).__name__}: {error})")


def _opened(read: Read) -> zipfile.ZipFile:
    """Open a zip that a learner made; its table is measured before it is read."""
    content = read()
    if content is None:
        raise NoSubmissionError(f"it is larger than {MOST_BYTES // 2**20} MB")
    end = content.rfind(END)
    table = int.from_bytes(content[end + 12 : end + 16], "little")
    if end < 0 or FAR_END in content[max(end - 100, 0) : end] or table > MOST_TABLE:
        raise NoSubmissionError("it is no zip, or too much is in it")
    return zipfile.ZipFile(io.BytesIO(content))


def _odd(parts: tuple[str, ...], why: str) -> Entry:
    return Entry(parts, 0.0, lambda: None, why)
