"""Reads a learner's file, `.py` or `.ipynb`, as cells. Nothing of it is run, or even parsed, here.

What only shows something is marked to be left out: cells tagged "experiment", and those that check.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.cells import Cell, Run, run_cells
from autograder.syllabus import LESSONS, names_of
from mnist_course.errors import CourseError

MOST_BYTES = 20 * 2**20  # of a file: a notebook may hold many pictures
MOST_CODE = 100_000  # characters of code that is run: no room for what was trained elsewhere
HEADER = re.compile(r"# %%(?P<rest>.*)")
MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)
OTHER_LANGUAGE = re.compile(
    r"\s*%%(bash|sh|html|javascript|js|latex|markdown|svg|writefile|script)\b"
)
CONFLICT = re.compile(r"^(<{7}|>{7})( |$)", re.MULTILINE)


class UnreadableSubmissionError(CourseError):
    """The file cannot be read as a lesson: the text says why."""


class NoSubmissionError(UnreadableSubmissionError):
    """There is no file to be read."""


@dataclass(frozen=True)
class Submission:
    """A learner's file, read."""

    path: Path
    sha256: str
    cells: list[Cell] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def place_of(self, name: str) -> str:
        """Return where a name is defined last, or ''."""
        for cell in reversed(self.cells):
            found = [] if cell.skipped else _definitions(name, cell.source)
            if found:
                return f"{Path(cell.file).name}, line {cell.first_line + found[-1]}"
        return ""

    def times_defined(self, name: str) -> int:
        """Count the definitions of a name."""
        return sum(len(_definitions(name, c.source)) for c in self.cells if not c.skipped)


def _definitions(name: str, source: str) -> list[int]:
    """Return the lines, from 0, at which a name is defined; the text alone is looked at."""
    pattern = re.compile(rf"(?:(?:async\s+)?def|class)\s+{name}\b|{name}\s*(?::[^=]*)?=(?!=)")
    return [i for i, line in enumerate(source.split("\n")) if pattern.match(line)]


def read(path: Path) -> Submission:
    """Read a file that somebody handed in; what is wrong with it becomes a warning."""
    if path.is_symlink():
        raise NoSubmissionError(f"{path} is a symbolic link: hand in the file itself")
    if path.is_dir():
        raise NoSubmissionError(f"{path} is a folder: name the file in it")
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise NoSubmissionError(f"{path} cannot be read: {error.strerror}") from error
    try:
        cells = read_cells(path)
    except UnreadableSubmissionError as error:
        return Submission(path, sha256, warnings=[str(error)])
    return Submission(path, sha256, cells, _warnings(cells))


def read_cells(path: Path) -> list[Cell]:
    """Return the code cells of a file, in order."""
    text = _text(path)
    cells = _notebook_cells(text, path) if path.suffix == ".ipynb" else _script_cells(text, path)
    code = sum(len(cell.source) for cell in cells if not cell.skipped)
    if code > MOST_CODE:
        raise UnreadableSubmissionError(
            f"{path} holds {code:,} characters of code, and {MOST_CODE:,} are the most that "
            "is run: take out what is no code"
        )
    return cells


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UnreadableSubmissionError(
                f"{path} is too large: {size / 2**20:.0f} MB, and at most {MOST_BYTES // 2**20} "
                "are read; clear the outputs of its cells and save it again"
            )
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        what = f"{path} is not UTF-8 text (byte {error.start} is odd): save it as UTF-8"
        raise UnreadableSubmissionError(what) from error
    except OSError as error:
        raise NoSubmissionError(f"{path} cannot be read: {error.strerror}") from error


def _warnings(cells: Sequence[Cell]) -> list[str]:
    if not any(cell.source.strip() for cell in cells):
        return ["There is no code in this file."]
    return [
        f"{Path(cell.file).name}, line {cell.first_line + line}: a merge-conflict marker; keep one "
        "of the two versions, and delete the marks."
        for cell in cells
        for line in [cell.source[: found.start()].count("\n") for found in _conflicts(cell)]
    ]


def _conflicts(cell: Cell) -> list[re.Match[str]]:
    return list(CONFLICT.finditer(cell.source))[:1]


# ---- scripts -------------------------------------------------------------------------------------


def _script_cells(text: str, path: Path) -> list[Cell]:
    """Split at `# %%`; what stands above the first is a cell, too."""
    cells: list[Cell] = []
    header, first_line, lines = "", 1, list[str]()
    for number, line in enumerate([*text.split("\n"), "# %%"], start=1):
        found = HEADER.match(line)
        if not found:
            lines.append(line)
            continue
        if "[markdown]" not in header and "[raw]" not in header:
            cells.append(_cell("\n".join(lines), str(path), first_line, *_metadata(header)))
        header, first_line, lines = found["rest"], number + 1, []
    return cells


def _metadata(header: str) -> tuple[list[str], dict[str, Any]]:
    """Read tags and nbgrader's marks from what stands behind `# %%`."""
    found: dict[str, Any] = {}
    for key in ("tags", "nbgrader"):
        _, there, rest = header.partition(f"{key}=")
        if there:
            try:
                found[key] = json.JSONDecoder().raw_decode(rest)[0]
            except ValueError:  # somebody changed it by hand: then it is a cell like any
                continue
    return found.get("tags", []), found.get("nbgrader", {})


# ---- notebooks -----------------------------------------------------------------------------------


def _notebook_cells(text: str, path: Path) -> list[Cell]:
    """Return the code cells of a notebook: of today's format, or of the one before (3)."""
    try:
        found = json.loads(text)
        cells = found["cells"] if "cells" in found else found["worksheets"][0]["cells"]
        return [
            _notebook_cell(cell, f"{path}, cell {number}")
            for number, cell in enumerate(cells, start=1)
            if cell["cell_type"] == "code"
        ]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        why = "it holds a merge conflict" if CONFLICT.search(text) else f"{error}"
        raise UnreadableSubmissionError(f"{path} is not a notebook: {why}") from error


def _notebook_cell(cell: dict[str, Any], file: str) -> Cell:
    source = cell["source"] if "source" in cell else cell["input"]
    meta = cell.get("metadata") or {}
    text = source if isinstance(source, str) else "".join(source)
    return _cell(_plain_python(text), file, 1, meta.get("tags", []), meta.get("nbgrader", {}))


def _plain_python(source: str) -> str:
    """Take out what only a notebook understands."""
    if OTHER_LANGUAGE.match(source):
        return ""
    return MAGIC.sub(r"\1pass", source) if _has_magic(source) else source


def _has_magic(source: str) -> bool:
    """Tell magics from a `%` at which a formula was broken: brackets are open there."""
    for found in MAGIC.finditer(source):
        before = source[: found.start()]
        if all(before.count(a) == before.count(b) for a, b in ("()", "[]", "{}")):
            return True
    return False


def _cell(source: str, file: str, first_line: int, tags: Any, nbgrader: Any) -> Cell:
    marks = nbgrader if isinstance(nbgrader, dict) else {}
    checks = bool(marks.get("grade") and not marks.get("solution"))
    shows = isinstance(tags, list) and "experiment" in tags
    return Cell(source, file, first_line, shows or checks, str(marks.get("grade_id", "")))


def run(path: Path) -> Run:
    """Run a learner's file in this process, as a module of its own: nothing is isolated."""
    return run_cells(read_cells(path), f"submission_{path.stem}", str(path))


# ---- which lesson it is --------------------------------------------------------------------------


def lesson_of_file(submission: Submission) -> str:
    """Tell the lesson by the file's name, or else by the marks of its cells."""
    stem = submission.path.stem
    named = [lesson for lesson in LESSONS if re.search(rf"(?<!\d){lesson}(?![a-z])", stem)]
    found = named if len(named) == 1 else _lessons_by_marks(submission)
    if found:
        return found[0]
    raise NoSubmissionError(
        f"{submission.path} is no lesson by its name or its cells: call it "
        f"{next(iter(LESSONS))}.py, say, or name the lesson with --lesson ({', '.join(LESSONS)})"
    )


def _lessons_by_marks(submission: Submission) -> list[str]:
    """Return the lesson whose exercises nbgrader's marks name most often, if any is named."""
    marks = {cell.grade_id.removeprefix("check-") for cell in submission.cells if cell.grade_id}
    counts = Counter({lesson: len(marks & set(names_of(lesson))) for lesson in LESSONS})
    return [lesson for lesson, count in counts.most_common(1) if count]
