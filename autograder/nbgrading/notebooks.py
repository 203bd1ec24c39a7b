"""Learners' notebooks as nbgrader wants them: whatever was handed in, and whatever was done to it.

A notebook is built anew of the texts of its cells; what nbgrader believes of a cell is taken from
the gradebook, and nothing of it from what was handed in. So marks that were changed, doubled,
deleted or made up mean nothing.
"""

import hashlib
import json
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import reads, validate
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from autograder.exercise import Verdict
from autograder.nbformats import NoSubmissionError
from autograder.nbgrading.harmless import as_it_is, harmless
from autograder.report import Report, as_html, as_text, printed, summary
from autograder.submission import Submission, read
from autograder.syllabus import LESSONS, names_of
from autograder.texts import one_line, printable

KINDS: dict[str, Any] = {"code": new_code_cell, "markdown": new_markdown_cell, "raw": new_raw_cell}
CHECK = "check-"  # how the names of the cells begin that check an exercise
LANGUAGE = {"language_info": {"name": "python"}}
NOT_RUN = "NotRun"
BY_FORMGRADER = ("", "-comment", "_extra_credit")  # behind a cell's name: where it finds what
MOST_TEXT = 200_000  # characters of markdown in a notebook that are rendered to be looked at


@dataclass(frozen=True)
class Mark:
    """What the gradebook knows of a cell that was released."""

    name: str
    kind: str
    source: str
    checksum: str
    locked: bool
    points: float | None  # of a cell that is graded
    solution: bool
    task: bool

    def metadata(self) -> dict[str, Any]:
        """Return what nbgrader writes into such a cell."""
        graded = self.points is not None and not self.task
        points = {} if self.points is None else {"points": self.points}
        return {
            "grade": graded, "grade_id": self.name, "locked": self.locked, "schema_version": 3,
            "solution": self.solution, "task": self.task, "checksum": self.checksum,
            "cell_type": self.kind, **points,
        }  # fmt: skip


def marks_of(notebook: Any) -> dict[str, Mark]:
    """Return the cells that were released, by name, as a notebook in the gradebook has them."""
    points = {c.name: c.max_score for c in [*notebook.grade_cells, *notebook.task_cells]}
    solutions = {cell.name for cell in notebook.solution_cells}
    tasks = {cell.name for cell in notebook.task_cells}
    return {
        cell.name: Mark(
            cell.name, cell.cell_type, cell.source, cell.checksum, cell.locked,
            points.get(cell.name), cell.name in solutions, cell.name in tasks,
        )
        for cell in notebook.source_cells
    }  # fmt: skip


# ---- what was handed in --------------------------------------------------------------------------


def submission_at(path: Path) -> Submission:
    """Read what was handed in; where nothing can be read it has no cells, and says why."""
    try:
        return read(path, keep=True)
    except NoSubmissionError as error:
        return Submission(path, hashlib.sha256(b"").hexdigest(), warnings=[str(error)])


def notebook_at(path: Path) -> Any:
    """Return what was handed in as a notebook: whole, or else the code that is found in it."""
    submission = submission_at(path)
    with suppress(Exception), warnings.catch_warnings():  # what is wrong with it does not matter
        warnings.simplefilter("ignore")
        notebook = reads(submission.content.decode("utf-8-sig"), as_version=4)
        validate(notebook)
        json.dumps(notebook, ensure_ascii=False).encode()
        if notebook.metadata.get("orig_nbformat", 4) >= 3:  # it takes what says nothing for a 2
            return notebook
    marks = ({"nbgrader": {"grade_id": cell.grade_id}} for cell in submission.cells)
    pairs = zip(submission.cells, marks, strict=True)
    return new_notebook(cells=[_cell("code", cell.source, metadata) for cell, metadata in pairs])


def restored(notebook: Any, marks: Mapping[str, Mark]) -> Any:
    """Return a notebook in which each cell that was released is what it was, and there once.

    Of a cell that is there twice the last one counts, as in Python.
    """
    _make_harmless(notebook.cells, marks)
    cells: list[Any] = []
    missing = dict(marks)
    for cell in reversed(notebook.cells):
        mark = missing.pop(_grade_id(cell), None)
        cells.insert(0, _marked(cell, mark) if mark else _unmarked(cell))
    for mark in missing.values():
        if mark.points is not None:
            cells.insert(_place(mark.name, cells), _marked(None, mark))
    return new_notebook(cells=cells, metadata=LANGUAGE)


def _make_harmless(cells: list[Any], marks: Mapping[str, Mark]) -> None:
    """Let no text do anything in a page; what was released stays as it is, letter by letter."""
    taken = frozenset(f"{name}{end}" for name in marks for end in BY_FORMGRADER)
    released = {mark.source for mark in marks.values()}
    texts = [cell for cell in cells if cell.cell_type != "code" and cell.source not in released]
    long = sum(len(cell.source) for cell in texts) > MOST_TEXT
    for cell in texts:
        if long or cell.cell_type == "raw":
            cell.cell_type, cell.source = "markdown", as_it_is(cell.source)
        else:
            cell.source = harmless(cell.source, cell.get("attachments", {}), taken)


def _grade_id(cell: Any) -> str:
    marks = cell.metadata.get("nbgrader")
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else ""


def _place(name: str, cells: list[Any]) -> int:
    """Return where a cell belongs that is missing: behind the answer that it checks, or last."""
    answer = name.removeprefix(CHECK)
    places = [i + 1 for i, cell in enumerate(cells) if _grade_id(cell) == answer]
    return places[0] if places else len(cells)


def _marked(cell: Any, mark: Mark) -> Any:
    source = mark.source if mark.locked or cell is None else cell.source
    return _cell(mark.kind, source, {"nbgrader": mark.metadata()}, cell)


def _unmarked(cell: Any) -> Any:
    tags = cell.metadata.get("tags")
    known = {"tags": ["experiment"]} if isinstance(tags, list) and "experiment" in tags else {}
    return _cell(cell.cell_type, cell.source, known, cell)


def _cell(kind: str, source: str, metadata: Mapping[str, Any], before: Any = None) -> Any:
    """Make a cell of text; pictures that were pasted into an answer stay."""
    pasted = before is not None and before.cell_type == kind == "markdown"
    more = {"attachments": before.attachments} if pasted and "attachments" in before else {}
    text = source.encode(errors="replace").decode()  # half a character can be written nowhere
    return KINDS[kind](text, metadata=dict(metadata), **more)


# ---- what the grading said -----------------------------------------------------------------------


def show(report: Report, notebook: Any) -> None:
    """Write points and messages into the cells that check, and what else there is on top."""
    verdicts = {verdict.name: verdict for verdict in report.verdicts}
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and marks.get("grade") and not marks.get("solution"):
            verdict = verdicts.get(marks["grade_id"].removeprefix(CHECK))
            cell.outputs = outputs_of(verdict, marks["points"]) if verdict else [_not_run()]
    notebook.cells.insert(0, _on_top(report))


def outputs_of(verdict: Verdict, points: float) -> list[Any]:
    """Return a message, and the points in the form that nbgrader reads as partial credit.

    Where an instructor gives an exercise other points, they are earned in proportion.
    """
    html, text = as_html(verdict), printable(as_text(verdict))
    earned = round(points * verdict.score / verdict.max_score, 4)
    message = new_output("display_data", {"text/html": printable(html), "text/plain": text})
    return [message, new_output("execute_result", {"text/plain": str(float(earned))})]


def _on_top(report: Report) -> Any:
    lines: Iterable[str] = [
        summary(report),
        *(f"! {one_line(warning)}" for warning in report.warnings),
        *printed(report.output.splitlines(), where="autograder grade --json shows them"),
    ]
    shown = new_output("display_data", {"text/plain": printable("\n".join(lines))})
    cell = _cell("code", "# What the grader says of the whole notebook.", {})
    cell.outputs = [shown]
    return cell


def _not_run() -> Any:
    """Return what earns nothing: a cell that an instructor added, and this engine does not know."""
    why = "this cell is no check of the course, and was not run: it is graded by hand"
    return new_output("error", ename=NOT_RUN, evalue=why, traceback=[f"{NOT_RUN}: {why}"])


# ---- what an instructor made of a lesson ---------------------------------------------------------


def is_by_hand(cell: Any) -> bool:
    """Tell whether a cell that is graded was not run."""
    return any(output.get("ename") == NOT_RUN for output in cell.get("outputs", ()))


def lesson_of(name: str, cells: Iterable[Any]) -> str | None:
    """Return the lesson that a notebook is, by its name or else by what it checks."""
    marks = (cell.metadata.get("nbgrader", {}) for cell in cells)
    checked = {mark["grade_id"].removeprefix(CHECK) for mark in marks if mark.get("grade")}
    found = {lesson: len(checked.intersection(names_of(lesson))) for lesson in LESSONS}
    likely = name if name in LESSONS else max(found, key=lambda lesson: found[lesson])
    return likely if name in LESSONS or found[likely] else None


def strangers(lesson: str, cells: Iterable[Any]) -> list[str]:
    """Return the names of cells that stock nbgrader would run for points, and this engine not."""
    ours = {f"{CHECK}{name}" for name in names_of(lesson)}
    marks = (cell.metadata.get("nbgrader", {}) for cell in cells if cell.cell_type == "code")
    tests = (mark["grade_id"] for mark in marks if mark.get("grade") and not mark.get("solution"))
    return [name for name in tests if name not in ours]
