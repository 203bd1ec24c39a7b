"""Reads a learner's file, `.py` or `.ipynb`, as cells. Nothing of it is run, or even parsed, here.

What only shows something is marked to be left out: cells tagged "experiment", and those that check.
"""

import hashlib
import json
import os
import re
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from autograder import bundle
from autograder.bundle import MOST_BYTES, Bundle
from autograder.cells import Cell, Run, run_cells
from autograder.magics import plain_python
from autograder.nbformats import NoSubmissionError as NoSubmissionError
from autograder.nbformats import UnreadableSubmissionError, make_cell, notebook_cells
from autograder.syllabus import LESSONS, names_of

MOST_HASHED = 2**30  # of a file that is spoken of at all
MOST_CELLS = 2_000
MOST_CODE = 100_000  # characters of code that is run: no room for what was trained elsewhere
KINDS = (".py", ".ipynb")
# How percent scripts, VS Code, exports of Jupyter, and Databricks begin a cell.
HEADER = re.compile(r"# ?%%(?P<rest>.*)|# In ?\[[ \d]*\]:?\s*$|# COMMAND -{10}\s*$")
CONFLICT = re.compile(r"^(<{7}|>{7})( |$)", re.MULTILINE)
LOOKS_LIKE_PYTHON = re.compile(r"^(# ?%%|#!|def |class |import |from )", re.MULTILINE)


@dataclass(frozen=True)
class Submission:
    """A learner's file, read."""

    path: Path
    sha256: str
    cells: list[Cell] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    text: str | None = None  # of a script: what `open(__file__)` finds
    bundle: Bundle | None = None  # that the file lies in
    content: bytes = field(default=b"", repr=False)  # where it was asked for: what the hash is of

    @property
    def file(self) -> Path:
        """Return where the lesson itself lies: in a bundle, as if that were a folder."""
        return self.path / self.bundle.name if self.bundle else self.path

    def place_of(self, name: str) -> str:
        """Return where a name is defined last, or ''."""
        for cell in reversed(self.cells):
            found = [] if cell.skipped else _definitions(name, cell.source)
            if found:
                return f"{Path(cell.file).name}, line {cell.first_line + found[-1]}"
        return ""

    def source_of(self, name: str) -> str:
        """Return the cells that define a name, or are meant to."""
        found = (c.source for c in self.cells if c.grade_id == name or _definitions(name, c.source))
        return "\n".join(found)

    def times_defined(self, name: str) -> int:
        """Count the definitions of a name."""
        return sum(len(_definitions(name, c.source)) for c in self.cells if not c.skipped)


def _definitions(name: str, source: str) -> list[int]:
    """Return the lines, from 0, at which a name is defined; the text alone is looked at."""
    pattern = re.compile(rf"(?:(?:async\s+)?def|class)\s+{name}\b|{name}\s*(?::[^=]*)?=(?!=)")
    return [i for i, line in enumerate(source.split("\n")) if pattern.match(line)]


def read(path: Path, keep: bool = False) -> Submission:
    """Read a file that somebody handed in, once; what is wrong with it becomes a warning."""
    demand_kind(path)
    content, sha256 = _content(path, links=False)
    return _understood(path, content, sha256, keep)


def demand_kind(path: Path) -> None:
    """Refuse what has not the name of a submission."""
    if path.suffix.lower() not in (*KINDS, bundle.KIND):
        raise NoSubmissionError(f"{path} is neither .py nor .ipynb, nor a bundle")


def content_of(path: Path) -> bytes | None:
    """Return the bytes of what somebody handed in, or None where they are too many."""
    return _content(path, links=False)[0]


def from_content(path: Path, content: bytes | None, keep: bool = False) -> Submission:
    """Read bytes that came from elsewhere, out of a zip perhaps, as if they lay at this path."""
    return _understood(path, content, hashlib.sha256(content or b"").hexdigest(), keep)


def _understood(path: Path, content: bytes | None, sha256: str, keep: bool) -> Submission:
    submission = Submission(path, sha256)
    if path.suffix.lower() == bundle.KIND:
        found = bundle.opened(path, content)
        content, sha256 = found.content, hashlib.sha256(found.content).hexdigest()
        about = replace(found, content=b"")
        submission = Submission(path, sha256, warnings=found.warnings, bundle=about)
    submission = replace(submission, content=content or b"") if keep else submission
    return _read(submission, content)


def _read(submission: Submission, content: bytes | None) -> Submission:
    """Split what was read into cells."""
    path, before = submission.file, submission.warnings
    try:
        text = _text(path, content)
        cells, warnings = _cells(text, path)
    except UnreadableSubmissionError as error:
        return replace(submission, warnings=[*before, str(error)])
    script = None if _is_notebook(text, path) else text
    warnings = [*before, *warnings, *_warnings(cells)]
    return replace(submission, cells=cells, warnings=warnings, text=script)


def read_cells(path: Path) -> list[Cell]:
    """Return the code cells of a file, in order."""
    return _cells(_text(path, _content(path)[0]), path)[0]


# ---- bytes ---------------------------------------------------------------------------------------


def _content(path: Path, links: bool = True) -> tuple[bytes | None, str]:
    """Return the bytes of a file, or None where they are too many, and the hash of those bytes.

    They are read once, so that what is hashed is what is graded, whatever becomes of the file.
    """
    try:
        with _opened(path, links) as file:
            if os.fstat(file.fileno()).st_size > MOST_HASHED:
                raise NoSubmissionError(f"{path} is far too large")
            content = file.read(MOST_BYTES + 1)
            digest = hashlib.sha256(content)
            if len(content) <= MOST_BYTES:
                return content, digest.hexdigest()
            while more := file.read(2**20):
                digest.update(more)
            return None, digest.hexdigest()
    except OSError as error:
        raise NoSubmissionError(f"{path} cannot be read: {error.strerror}") from error


def _opened(path: Path, links: bool) -> BinaryIO:
    """Open an ordinary file, and nothing else: a pipe would never end, and a device neither."""
    if path.is_symlink() and not links:
        raise NoSubmissionError(f"{path} is a symbolic link: hand in the file itself")
    if path.is_dir():
        raise NoSubmissionError(f"{path} is a folder: name the file in it")
    flags = 0 if links else getattr(os, "O_NOFOLLOW", 0)
    for name in ("O_NONBLOCK", "O_BINARY", "O_NOCTTY"):
        flags |= getattr(os, name, 0)
    number = os.open(path, os.O_RDONLY | flags)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise NoSubmissionError(f"{path} is no ordinary file")
    return os.fdopen(number, "rb")


def _text(path: Path, content: bytes | None) -> str:
    if content is None:
        raise UnreadableSubmissionError(
            f"{path} is too large: at most {MOST_BYTES // 2**20} MB are read; clear the outputs of "
            "its cells and save it again"
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what = f"{path} is not UTF-8 text (see line {line}): save it as UTF-8"
        raise UnreadableSubmissionError(what) from error


# ---- cells ---------------------------------------------------------------------------------------


def _cells(text: str, path: Path) -> tuple[list[Cell], list[str]]:
    """Return the code cells, and what is odd about the file as a whole."""
    notebook = _is_notebook(text, path)
    cells, warnings = notebook_cells(text, path) if notebook else (_script_cells(text, path), [])
    if notebook != (path.suffix.lower() == ".ipynb"):
        kind = "a notebook" if notebook else "a Python file"
        warnings = [*warnings, f"{path} is {kind} by what it holds, and was read as one."]
    if len(cells) > MOST_CELLS:
        what = f"{path} has {len(cells):,} cells, and {MOST_CELLS:,} are the most that is read"
        raise UnreadableSubmissionError(what)
    code = sum(len(cell.source) for cell in cells if not cell.skipped)
    if code > MOST_CODE:
        raise UnreadableSubmissionError(
            f"{path} holds {code:,} characters of code, and {MOST_CODE:,} are the most that "
            "is run: take out what is no code"
        )
    if notebook:
        cells = [c if c.skipped else replace(c, source=plain_python(c.source)) for c in cells]
    return cells, warnings


def _is_notebook(text: str, path: Path) -> bool:
    """Tell by the name, unless what is in the file plainly is of the other kind."""
    braced = text.lstrip().startswith("{")
    if path.suffix.lower() == ".ipynb":
        return braced or not LOOKS_LIKE_PYTHON.search(text)
    return braced and '"cell_type"' in text and '"nbformat"' in text


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
            cells.append(make_cell("\n".join(lines), str(path), first_line, *_metadata(header)))
        header, first_line, lines = found["rest"] or "", number + 1, []
    return cells


def _metadata(header: str) -> tuple[list[str], dict[str, Any]]:
    """Read tags and nbgrader's marks from what stands behind `# %%`."""
    found: dict[str, Any] = {}
    for key in ("tags", "nbgrader"):
        _, there, rest = header.partition(f"{key}=")
        if there:
            try:
                found[key] = json.JSONDecoder().raw_decode(rest)[0]
            except (ValueError, RecursionError):  # changed by hand: then it is a cell like any
                continue
    return found.get("tags", []), found.get("nbgrader", {})


def run(path: Path) -> Run:
    """Run a learner's file in this process, as a module of its own: nothing is isolated."""
    return run_cells(read_cells(path), f"submission_{path.stem}", str(path))


# ---- which lesson it is --------------------------------------------------------------------------


def lesson_of_file(submission: Submission) -> str:
    """Tell the lesson by the file's name, or else by the marks of its cells."""
    stem = submission.file.stem.lower()
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
