"""Reads notebooks: of today's format or the one before (3), as many tools write them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.cells import Cell
from mnist_course.errors import CourseError


class UnreadableSubmissionError(CourseError):
    """The file cannot be read as a lesson: the text says why."""


class NoSubmissionError(UnreadableSubmissionError):
    """There is no file to be read."""


def notebook_cells(text: str, path: Path) -> tuple[list[Cell], list[str]]:
    """Return the code cells of a notebook, and what is odd about it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        conflict = "\n<<<<<<< " in text or "\n>>>>>>> " in text
        why = "it holds a merge conflict" if conflict else f"it is not whole ({error})"
        raise UnreadableSubmissionError(f"{path} is not a notebook: {why}") from error
    try:
        cells = [
            _notebook_cell(cell, f"{path}, cell {number}")
            for number, cell in enumerate(_all_cells(found), start=1)
            if cell["cell_type"] == "code"
        ]
    except (LookupError, TypeError, AttributeError) as error:
        why = "it has no list of cells"
        raise UnreadableSubmissionError(f"{path} is not a notebook: {why}") from error
    return cells, _language(found, path)


def _all_cells(found: Any) -> Iterator[Any]:
    """Yield all cells; format 3 keeps them in worksheets."""
    for sheet in [found] if "cells" in found else found["worksheets"]:
        yield from sheet["cells"]


def _language(found: Any, path: Path) -> list[str]:
    """Say so if a notebook is of another language, by what it says of itself."""
    metadata = _dict(found.get("metadata"))
    said = [
        _dict(metadata.get("kernelspec")).get("language"),
        _dict(metadata.get("language_info")).get("name"),
    ]
    other = [name for name in said if isinstance(name, str) and "python" not in name.lower()]
    if len(other) < len([name for name in said if name]) or not other:
        return []
    return [f"{path} says that it is written in {other[0][:20]}: it was read as Python."]


def _notebook_cell(cell: Any, file: str) -> Cell:
    metadata = _dict(cell.get("metadata"))
    source = cell.get("source", cell.get("input"))
    lines = [source] if isinstance(source, str) else source or []
    text = "".join(line for line in lines if isinstance(line, str))
    language = _dict(metadata.get("vscode")).get("languageId") or cell.get("language") or "python"
    if language != "python":
        text = ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return make_cell(text, file, 1, metadata.get("tags"), metadata.get("nbgrader"))


def _dict(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def make_cell(source: str, file: str, first_line: int, tags: Any, nbgrader: Any) -> Cell:
    """Make a cell of what a file says of it; odd marks make an ordinary one."""
    marks = nbgrader if isinstance(nbgrader, dict) else {}
    checks = bool(marks.get("grade") and not marks.get("solution"))
    shows = isinstance(tags, list) and "experiment" in tags
    return Cell(source, file, first_line, shows or checks, str(marks.get("grade_id", "")))
