"""Bundles: what `autograder submit` writes. A zip of a learner's file and of where it came from.

Somebody else wrote the zip that is read here: it is measured before anything of it is inflated, and
nothing of it is ever put on a disk.
"""

import hashlib
import io
import json
import platform
import re
import stat
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from autograder.nbformats import NoSubmissionError
from autograder.texts import one_line
from mnist_course.errors import CourseError
from mnist_course.files import write_atomically

SCHEMA = 1
ABOUT = "submission.json"
KIND = ".zip"
MOST_BYTES = 20 * 2**20  # of a file that is read: a notebook may hold many pictures
MOST_ABOUT = 2**16  # bytes of what is said about it
MOST_LISTED = 2**14  # bytes of the zip's table: of two files, not of a million
MOST_NAME = 60  # characters of a learner's name
LESSON_FILE = re.compile(r"[\w][\w .()+-]{0,150}\.(py|ipynb)", re.IGNORECASE)
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others inflate without bounds
END, FAR_END = b"PK\5\6", b"PK\6\7"  # of a zip, and of one with more than 65,535 files
PACKAGES = {"course": "mnist-course", "torch": "torch", "numpy": "numpy", "nbgrader": "nbgrader"}


@dataclass(frozen=True)
class Bundle:
    """A learner's file as it was handed in, and what was said about it, which proves nothing."""

    name: str
    content: bytes
    learner: str = ""
    made: str = ""  # ISO 8601, UTC
    warnings: list[str] = field(default_factory=list)


# ---- writing -------------------------------------------------------------------------------------


def write(
    folder: Path, name: str, content: bytes, lesson: str, learner: str, made: datetime | None = None
) -> Path:
    """Write a bundle into a folder, under a name that is free, and return where it is."""
    made = (made or datetime.now(UTC)).astimezone(UTC)
    packed = _packed(name, content, _about(name, content, lesson, learner, made), made)
    if max(len(content), len(packed)) > MOST_BYTES:
        raise CourseError(
            f"{name} is too large to be handed in: at most {MOST_BYTES // 2**20} MB are read; "
            "clear the outputs of its cells and save it again"
        )
    path = _free(folder, f"{lesson}-{safe(learner)}-{made:%Y%m%dT%H%M%SZ}")
    try:
        write_atomically(path, packed)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def safe(name: str) -> str:
    """Return a learner's name as it may stand in the name of a file, on any system."""
    kept = re.sub(r"[^\w.@-]+", "_", name)[:MOST_NAME].strip("._-")
    return kept or "learner"


def _about(name: str, content: bytes, lesson: str, learner: str, made: datetime) -> dict[str, Any]:
    """Say what is in it. No points: nobody could believe them."""
    return {
        "schema": SCHEMA, "lesson": lesson, "file": name,
        "sha256": hashlib.sha256(content).hexdigest(), "learner": learner,
        "made": made.isoformat(timespec="seconds"), "versions": _versions(),
    }  # fmt: skip


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "system": platform.system()}
    for name, package in PACKAGES.items():
        try:
            found[name] = metadata.version(package)
        except metadata.PackageNotFoundError:  # run from a clone that is not installed
            found[name] = "unknown"
    return found


def _packed(name: str, content: bytes, about: dict[str, Any], made: datetime) -> bytes:
    text = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for inner, data in ((name, content), (ABOUT, text.encode(errors="replace"))):
            info = zipfile.ZipInfo(inner, made.timetuple()[:6])
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return file.getvalue()


def _free(folder: Path, stem: str) -> Path:
    """Make an empty file of a name that nobody has: what was handed in before stays as it is."""
    number = 1
    while True:
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}{KIND}"
        try:
            path.touch(exist_ok=False)
            return path
        except FileExistsError:
            number += 1


# ---- reading -------------------------------------------------------------------------------------


def opened(path: Path, content: bytes | None) -> Bundle:
    """Return what is in a bundle of which the bytes were read; None: they were too many."""
    try:
        return _opened(content)
    except NoSubmissionError as error:
        why = str(error)
    except Exception as error:  # zipfile raises much, and the zip may be made to have it do so
        why = f"it is damaged ({type(error).__name__}: {one_line(str(error), 100)})"
    raise NoSubmissionError(
        f"{path} is no bundle as `autograder submit` writes it: {why}. Make a new one, or hand in "
        "the .py or .ipynb itself"
    )


def _opened(content: bytes | None) -> Bundle:
    _demand(content is not None, f"it is larger than {MOST_BYTES // 2**20} MB")
    assert content is not None
    _demand_short_table(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        names = {info.orig_filename for info in members}
        _demand(len(members) == 2 and ABOUT in names, "two files are to be in it")
        file, about = sorted(members, key=lambda info: info.orig_filename == ABOUT)
        _demand(LESSON_FILE.fullmatch(file.orig_filename) is not None, "no .py or .ipynb is in it")
        inner = inflated(archive, file, MOST_BYTES)
        said = _said(inflated(archive, about, MOST_ABOUT))
    return Bundle(
        file.orig_filename, inner, said["learner"], said["made"], _warnings(said, file, inner)
    )


def _demand_short_table(content: bytes) -> None:
    """Refuse, before zipfile reads it, a table that lists more than a bundle has."""
    end, far = content[-22:], content[-42:-38]
    _demand(end[:4] == END and far != FAR_END, "it is no zip, or not a whole one")
    _demand(int.from_bytes(end[12:16], "little") <= MOST_LISTED, "too much is in it")


def inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Return a file out of it: an ordinary one, and no more bytes than it may have."""
    mode = info.external_attr >> 16
    _demand(not info.flag_bits & 1, "it is encrypted")
    _demand(stat.S_IFMT(mode) in (0, stat.S_IFREG), "what is in it is no ordinary file")
    _demand(info.compress_type in PLAIN, "it is packed in an unusual way")
    _demand(info.file_size <= most, "what is in it is too large")
    with archive.open(info) as file:
        found = file.read(most + 1)
    _demand(len(found) == info.file_size, "what is in it is not as large as it says")
    return found


def _said(content: bytes) -> dict[str, str]:
    """Return what is said about the file; it may be anything, so that little is kept of it."""
    found = json.loads(content.decode("utf-8"))
    _demand(isinstance(found, dict) and found.get("schema") == SCHEMA, f"{ABOUT} is not known")
    names = ("lesson", "file", "sha256", "learner", "made")
    _demand(all(isinstance(found.get(name), str) for name in names), f"{ABOUT} is damaged")
    return {name: one_line(found[name], 100) for name in names}


def _warnings(said: dict[str, str], file: zipfile.ZipInfo, inner: bytes) -> list[str]:
    real, found = hashlib.sha256(inner).hexdigest(), []
    if said["sha256"] != real:
        found.append(
            f"The bundle speaks of another file than it holds (SHA-256 {said['sha256'][:12]}, not "
            f"{real[:12]}): what it holds counts."
        )
    if said["file"] != file.orig_filename:
        found.append(f"The bundle speaks of {said['file']} and holds {file.orig_filename}.")
    return found


def _demand(right: bool, otherwise: str) -> None:
    if not right:
        raise NoSubmissionError(otherwise)
