"""Where handed-in files lie: a folder, a zip, a zip in either. Each is a list of entries.

Nothing of a zip is ever put on a disk, and of each member no more is inflated than may be read.
"""

import io
import os
import re
import stat
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path

from autograder.bundle import ABOUT, END, FAR_END, KIND, MOST_BYTES, inflated
from autograder.nbformats import NoSubmissionError
from autograder.submission import KINDS, content_of
from autograder.texts import one_line
from mnist_course.errors import CourseError

MOST_MEMBERS = 200_000  # of a class's zip; and of one that lies in a folder or in that zip
MOST_MEMBERS_OF_ONE = 10_000
MOST_TABLE = 2**22  # bytes of the table of such a zip
MOST_READ = 2**31, 2**28  # bytes that are inflated of it: in a folder, in a zip
MOST_END = 2**17  # bytes at the end of a zip, where its table is told
MOST_DEPTH = 12  # folders in folders
JUNK = re.compile(
    r"\..*|__MACOSX|__pycache__|node_modules|Thumbs\.db|desktop\.ini|timestamp\.txt"
    r"|submission_secret\.txt|site-packages|venv"  # the secret and the time are nbgrader's
)
LESSON = re.compile(r"0\d_\w+\.(py|ipynb)$", re.IGNORECASE)
# What a batch writes beside the file that it keeps; and what nbgrader has beside what came in.
RESULTS, RESULT = (
    "results.sqlite",
    re.compile(r"(results|left_out|canvas|moodle\w*|report|gradebook|regraded?)\..*"),
)
SUBMITTED, NOT_SUBMITTED = "submitted", ("source", "release", "autograded", "feedback")
BACKUPS = ("lessons", "backups")
IS_UTF8 = 0x800  # a zip's mark of a name
LESSONS_FOLDER, OURS = "lessons", ("autograder", "mnist_course", "solutions")

Read = Callable[[], bytes | None]  # None: larger than is read


@dataclass(frozen=True)
class Entry:
    """A file that was found: its path below what was named, when it was written, how to read it."""

    parts: tuple[str, ...]
    written: float  # seconds since 1970
    read: Read
    trouble: str = ""  # why it cannot be read at all
    noted: bool = False  # nbgrader wrote down when it was handed in

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
            yield from _in_zip(lambda: archive, (), 1)
        except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise CourseError(f"{place} cannot be read as a zip: {one_line(str(error))}") from error
    else:
        if not place.exists():
            raise CourseError(f"{place} is not there: name a folder or a zip with submissions")
        raise CourseError(
            f"{place} is neither a folder nor a zip with what was handed in: name the folder that "
            "holds it, or grade one file with `autograder grade`"
        )


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
    folders = {item.name for item in inside if item.is_dir(follow_symlinks=False)}
    ours = RESULTS in {item.name for item in inside}
    for item in inside:
        written = ours and RESULT.fullmatch(item.name) and item.name not in folders
        if not (written or JUNK.fullmatch(item.name) or _is_beside((item.name,), folders)):
            yield from _item(Path(item.path), item, (*above, item.name))


def _item(path: Path, item: "os.DirEntry[str]", parts: tuple[str, ...]) -> Iterator[Entry]:
    if item.is_symlink():
        yield _odd(parts, "it is a symbolic link")
    elif item.is_dir():
        if parts[-2:] != BACKUPS:
            yield from _in_folder(path, parts)
    elif not item.is_file():
        yield _odd(parts, "it is no ordinary file")
    else:
        try:
            written = item.stat().st_mtime
        except OSError as error:  # it was taken away meanwhile
            yield _odd(parts, f"it cannot be read: {error.strerror}")
            return
        noted = _noted(path.with_name("timestamp.txt"))
        when = written if noted is None else noted
        found = _file(parts, when, partial(_bytes, path), partial(_opened_there, path))
        yield from (replace(entry, noted=noted is not None) for entry in found)


def _noted(path: Path) -> float | None:
    """Return when nbgrader says that what lies beside it was handed in, if it does."""
    if not path.is_file():
        return None
    from nbgrader.utils import parse_utc

    try:
        told = (content_of(path) or b"")[:100].decode()
        return float(parse_utc(told).replace(tzinfo=UTC).timestamp())
    except (NoSubmissionError, ValueError, OverflowError):
        return None


def _bytes(path: Path) -> bytes | None:
    try:
        return content_of(path)
    except NoSubmissionError as error:
        raise NoSubmissionError(one_line(str(error).removeprefix(f"{path} "))) from error


def _is_beside(inner: tuple[str, ...], folders: set[str]) -> bool:
    """Tell whether it lies beside what was handed in: in a clone, or in an nbgrader course.

    `inner` is its path from a folder on, or the beginning of it, `folders` the folders in that.
    """
    if LESSONS_FOLDER in folders and any(name in folders for name in OURS):
        return not (inner[0] == LESSONS_FOLDER or _named(inner))
    return SUBMITTED in folders and inner[0] in NOT_SUBMITTED


def _named(parts: tuple[str, ...]) -> bool:
    """Tell whether a file beside `lessons` is that of a lesson."""
    return len(parts) == 1 and LESSON.match(parts[0]) is not None


# ---- zips ----------------------------------------------------------------------------------------

Open = Callable[[], zipfile.ZipFile]


def _in_zip(opened: Open, above: tuple[str, ...], depth: int) -> Iterator[Entry]:
    """Return what is in a zip; `depth` counts the zips around it, itself included."""
    members = [(info, inner) for info in opened().infolist() if (inner := _inner(info))]
    folders: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for _, inner in members:
        for at in range(len(inner) - 1):
            folders[inner[:at]].add(inner[at])
    kept = [(info, inner) for info, inner in members if not _is_left_aside(inner, folders)]
    _demand_bounds([info for info, _ in kept], bool(above), MOST_READ[depth - 1])
    for info, inner in kept:
        if stat.S_ISLNK(info.external_attr >> 16):
            yield _odd((*above, *inner), "it is a symbolic link")
        else:
            read = partial(_member, opened, info)
            inside = partial(_opened, read)
            yield from _file((*above, *inner), _time(info), read, inside, depth)


def _demand_bounds(kept: list[zipfile.ZipInfo], of_one: bool, most_read: int) -> None:
    """Refuse a zip that would keep the grader busy."""
    most = MOST_MEMBERS_OF_ONE if of_one else MOST_MEMBERS
    if len(kept) > most:
        raise NoSubmissionError(f"{len(kept):,} files are in it, and {most:,} may be")
    sizes = (info.file_size for info in kept if info.filename.lower().endswith((*KINDS, KIND)))
    if of_one and sum(size for size in sizes if size <= MOST_BYTES) > most_read:
        raise NoSubmissionError(f"more than {most_read // 2**20} MB would be read of it")


def _inner(info: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return the path of a member, or () of a folder; many programs forget to say UTF-8."""
    name = info.filename
    if not info.flag_bits & IS_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    parts = name.replace("\\", "/").split("/")
    return tuple(part for part in parts if part not in ("", ".", "..")) if parts[-1] else ()


def _is_left_aside(inner: tuple[str, ...], folders: dict[tuple[str, ...], set[str]]) -> bool:
    """Tell whether it is junk, or belongs to the course in a clone, or to its backups."""
    if any(JUNK.fullmatch(part) for part in inner):
        return True
    rests = ((inner[depth:], folders[inner[:depth]]) for depth in range(len(inner)))
    return any(
        _is_beside(rest, there) or (rest[:2] == BACKUPS and len(rest) > 2) for rest, there in rests
    )


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
    parts: tuple[str, ...], written: float, read: Read, opened: Open, depth: int = 0
) -> Iterator[Entry]:
    """Return a file; go into a zip, unless it is a bundle, which is read as a whole."""
    entry = Entry(parts, written, read)
    if not parts[-1].lower().endswith(KIND):
        yield entry
        return
    try:
        if ABOUT in opened().namelist():
            yield entry
        elif depth > 1:
            yield _odd(parts, "it is a zip in a zip in a zip")
        else:
            inside = (*parts[:-1], parts[-1][: -len(KIND)])
            yield from list(_in_zip(opened, inside, depth + 1))
    except NoSubmissionError as error:
        yield _odd(parts, str(error))
    except Exception as error:  # as above
        yield _odd(parts, f"it cannot be read as a zip ({type(error).__name__}: {error})")


@lru_cache(maxsize=4)  # its files are read one after the other
def _opened(read: Read) -> zipfile.ZipFile:
    """Open a zip in a zip; its table is measured before it is read."""
    content = read()
    if content is None:
        raise NoSubmissionError(f"it is larger than {MOST_BYTES // 2**20} MB")
    _demand_short_table(content)
    return zipfile.ZipFile(io.BytesIO(content))


@lru_cache(maxsize=4)
def _opened_there(path: Path) -> zipfile.ZipFile:
    """Open a zip in a folder: a download of a whole class may be large."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - MOST_END, 0))
        _demand_short_table(file.read(MOST_END))
    return zipfile.ZipFile(path)


def _demand_short_table(content: bytes) -> None:
    end = content.rfind(END)
    table = int.from_bytes(content[end + 12 : end + 16], "little")
    if end < 0 or FAR_END in content[max(end - 100, 0) : end] or table > MOST_TABLE:
        raise NoSubmissionError("it is no zip, or too much is in it")


def _odd(parts: tuple[str, ...], why: str) -> Entry:
    return Entry(parts, 0.0, lambda: None, why)
