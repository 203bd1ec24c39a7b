"""Puts together what Gradescope is given: its two scripts, and both packages as they are here."""

import io
import shlex
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mnist_course.errors import CourseError

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PACKAGES = ("autograder", "mnist_course")
KINDS = (".py", ".json")
LEFT_OUT = {"__pycache__", "weights"}  # a network that is trained is somebody's answer
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same course makes the same zip


@dataclass(frozen=True)
class Wanted:
    """What differs from one zip to another."""

    lesson: str
    torch: str  # what pip is told to install
    seconds: float
    seed: int | None = None

    @property
    def options(self) -> str:
        """Return what run_autograder hands on."""
        seed = [] if self.seed is None else ["--seed", str(self.seed)]
        return shlex.join(["--lesson", self.lesson, "--timeout", f"{self.seconds:g}", *seed])


def autograder_zip(wanted: Wanted) -> bytes:
    """Return the zip that is uploaded."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, text in _scripts(wanted):
            _add(file, name, text.encode(), 0o755)
        _add(file, "requirements.txt", _requirements(), 0o644)
        for path in _sources():
            _add(file, path.relative_to(ROOT).as_posix(), path.read_bytes(), 0o644)
    return content.getvalue()


def _scripts(wanted: Wanted) -> Iterator[tuple[str, str]]:
    torch = shlex.join(shlex.split(wanted.torch))
    for name, place, text in (
        ("setup.sh", "@TORCH@", torch),
        ("run_autograder", "@OPTIONS@", wanted.options),
    ):
        yield name, (HERE / name).read_text(encoding="utf-8").replace(place, text)


def _requirements() -> bytes:
    path = ROOT / "requirements.txt"
    if not path.is_file():
        raise CourseError(f"{path} is missing: run this in a clone of the course")
    return path.read_bytes()


def _sources() -> Iterator[Path]:
    """Yield the files of both packages."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in KINDS and not set(path.relative_to(ROOT).parts) & LEFT_OUT:
                yield path


def _add(file: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.create_system = 3  # Unix: the mode counts
    entry.external_attr = (stat.S_IFREG | mode) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(entry, content)
