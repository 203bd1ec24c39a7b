"""Reads a learner's file, `.py` or `.ipynb`, as cells, and runs those that define something.

Cells run one by one: one that fails spares the others. What only shows something is left out:
cells tagged "experiment", and those that check.
"""

import ast
import json
import re
import sys
import types
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.attempt import describe, quiet, time_limit

SECONDS = 60.0  # for all cells together
HEADER = re.compile(r"# %%(?P<rest>.*)")
MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)


class UnreadableSubmissionError(Exception):
    """The file cannot be read as a lesson: the text says why."""


@dataclass(frozen=True)
class Cell:
    """One code cell, and the line of the file at which it begins."""

    source: str
    first_line: int = 1
    skipped: bool = False  # it shows or checks, and defines nothing that is graded
    grade_id: str = ""


@dataclass
class Submission:
    """What running a learner's file left behind."""

    path: Path
    namespace: dict[str, Any]
    troubles: dict[str, str] = field(default_factory=dict)  # by name: why it is not defined


def read_cells(path: Path) -> list[Cell]:
    """Return the code cells of a file, in order."""
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        what = f"{path} is not UTF-8 text (byte {error.start} is odd): save it as UTF-8"
        raise UnreadableSubmissionError(what) from error
    except OSError as error:
        raise UnreadableSubmissionError(f"{path} cannot be read: {error.strerror}") from error
    return _notebook_cells(text, path) if path.suffix == ".ipynb" else _script_cells(text)


def _script_cells(text: str) -> list[Cell]:
    """Split at `# %%`; what stands above the first is a cell, too."""
    cells: list[Cell] = []
    header, first_line, lines = "", 1, list[str]()
    for number, line in enumerate([*text.split("\n"), "# %%"], start=1):
        found = HEADER.match(line)
        if not found:
            lines.append(line)
            continue
        if "[markdown]" not in header and "[raw]" not in header:
            cells.append(_cell("\n".join(lines), first_line, *_metadata(header)))
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
            except json.JSONDecodeError:  # somebody changed it by hand: then it is a cell like any
                continue
    return found.get("tags", []), found.get("nbgrader", {})


def _notebook_cells(text: str, path: Path) -> list[Cell]:
    try:
        cells = json.loads(text)["cells"]
        sources = [(cell["cell_type"], "".join(cell["source"]), cell["metadata"]) for cell in cells]
    except (ValueError, LookupError, TypeError) as error:
        raise UnreadableSubmissionError(f"{path} is not a notebook: {error}") from error
    return [
        _cell(MAGIC.sub(r"\1pass", source), 1, meta.get("tags", []), meta.get("nbgrader", {}))
        for kind, source, meta in sources
        if kind == "code"
    ]


def _cell(source: str, first_line: int, tags: Sequence[str], nbgrader: dict[str, Any]) -> Cell:
    skipped = "experiment" in tags or bool(nbgrader.get("grade") and not nbgrader.get("solution"))
    return Cell(source, first_line, skipped, str(nbgrader.get("grade_id", "")))


def run(path: Path) -> Submission:
    """Run a learner's file in this process, as a module of its own."""
    cells = read_cells(path)
    module = types.ModuleType(f"submission_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # so that pickle, dataclasses and inspect find it
    submission = Submission(path, module.__dict__)
    _running.append(path)
    try:
        with quiet(0):
            for cell in cells:
                if not cell.skipped:
                    _run_cell(cell, submission)
    finally:
        _running.pop()
    return submission


def _run_cell(cell: Cell, submission: Submission) -> None:
    """Run one cell; remember what kept its names from being defined."""
    try:
        lines = "\n" * (cell.first_line - 1)
        code = compile(lines + cell.source, str(submission.path), "exec")
        with time_limit(SECONDS):
            exec(code, submission.namespace)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a learner's cell does, the next cell is run
        for name in _names_of(cell.source) - set(submission.namespace):
            submission.troubles[name] = describe(error)


def _names_of(source: str) -> set[str]:
    """Return what a cell defines, also where it cannot be parsed."""
    try:
        nodes = ast.parse(source).body
    except SyntaxError:
        return set(re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE))
    defined = (ast.FunctionDef, ast.ClassDef)
    names = {node.name for node in nodes if isinstance(node, defined)}
    assigned = (node.targets for node in nodes if isinstance(node, ast.Assign))
    return names | {t.id for targets in assigned for t in targets if isinstance(t, ast.Name)}


_running: list[Path] = []  # files that are being run just now


def checks_are_off() -> bool:
    """Tell whether a file is being run to be graded: then `check` in its cells does nothing."""
    return bool(_running)
