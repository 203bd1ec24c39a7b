"""The results as files: CSV, JSON, and what Canvas and Moodle import.

- `results.csv`: a line for each file that was found, graded or not; `left_out.csv`: all others.
- `results.json`: the reports, as report.schema.json has them; `submission.path` is the CSV's path.
- `canvas.csv`, as Canvas exports and imports grades: Student, ID, SIS User ID, SIS Login ID,
  Section, then a column for each assignment; in the second line `Points Possible`. Canvas finds a
  student by ID (known from the names of a Canvas download), or else by the login.
- `moodle_LESSON.csv`, Moodle's grading worksheet of one assignment: Identifier (`Participant N`,
  known from a Moodle download), Full name, Grade, Maximum grade, Last modified (grade), without
  which Moodle takes nothing. Of learners without such numbers `moodle.csv`, for the import of a
  gradebook: Username, then a column for each lesson.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.batch.layouts import Found
from autograder.batch.store import Listed
from autograder.report import json_parts
from autograder.syllabus import LESSONS
from autograder.texts import one_line
from mnist_course.errors import CourseError
from mnist_course.files import write_atomically

COLUMNS = (
    "learner", "name", "lesson", "status", "score", "max_score", "late", "handed_in", "path",
    "sha256", "seed", "seconds", "note",
)  # fmt: skip
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
WORKSHEET = ("Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)")
FORMULA = ("=", "+", "-", "@", "\t", *"\uff1d\uff0b\uff0d\uff20")  # to a spreadsheet; also wide


@dataclass(frozen=True)
class Row:
    """A file that was found, with its report, or why there is none."""

    found: Found
    report: dict[str, Any] | None
    why: str = ""  # "" where it has not been tried yet

    @property
    def status(self) -> str:
        """Return graded, failed or waiting."""
        return "graded" if self.report else "failed" if self.why else "waiting"

    def listed(self, key: str) -> Listed:
        """Return what is kept of it beside its result."""
        found, owner = self.found, self.found.owner
        return Listed(
            owner.learner, owner.name, found.lesson, found.path, found.sha256, key, owner.late,
            found.made, self.why, found.kind, owner.moodle, owner.canvas, found.warnings,
        )  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """The rows of a batch, each made when its turn comes: all reports together are too much."""

    found: Sequence[Found]
    key: Callable[[Found], str]
    report: Callable[[str], dict[str, Any] | None]
    failed: Mapping[str, str]

    def __iter__(self) -> Iterator[Row]:
        for one in self.found:
            key = self.key(one)
            yield Row(one, self.report(key), self.failed.get(key, ""))


def own_report(row: Row) -> dict[str, Any] | None:
    """Return the report as this learner's: the same content may have been another's, too."""
    if row.report is None:
        return None
    submission = {**row.report["submission"], "path": row.found.path}
    warnings = [*row.found.warnings, *row.report["warnings"]]
    return {**row.report, "submission": submission, "warnings": list(dict.fromkeys(warnings))}


def write_all(
    folder: Path, rows: Iterable[Row], left_out: Sequence[tuple[str, str]] | None = None
) -> list[Path]:
    """Write every file, and return where they are; without `left_out` that one stays as it is."""
    slim = [_slim(row) for row in rows]
    files: dict[str, str | Iterator[str]] = {
        "results.json": json_parts(filter(None, map(own_report, rows))),
        "results.csv": as_csv([COLUMNS, *map(_cells, rows)]),
        "canvas.csv": canvas(slim),
        **moodle(slim),
    }
    if left_out is not None:
        files["left_out.csv"] = as_csv([("path", "why"), *left_out])
    for name, text in files.items():
        _write(folder / name, [text] if isinstance(text, str) else text)
    for name in {"moodle.csv", *(f"moodle_{lesson}.csv" for lesson in LESSONS)} - set(files):
        (folder / name).unlink(missing_ok=True)  # of a batch before: nobody may import it
    return [folder / name for name in files]


def _slim(row: Row) -> Row:
    """Return a row with no more than its points, so that all of them find room."""
    points = row.report and {name: row.report[name] for name in ("score", "max_score")}
    return replace(row, report=points)


def _write(path: Path, parts: Iterable[str]) -> None:
    try:
        write_atomically(path, (part.encode(errors="replace") for part in parts))
    except OSError as error:
        raise CourseError(
            f"{path} cannot be written ({error.strerror}); what is graded is kept: make room, and "
            "call the same command again"
        ) from error


def as_csv(lines: Iterable[Sequence[object]]) -> str:
    """Return lines as CSV, in which nothing that a learner wrote is a formula."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows([_plain(v) for v in line] for line in lines)
    return file.getvalue()


def _plain(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = one_line(value, 1000)
    return f"'{text}" if text.startswith(FORMULA) else text


def _cells(row: Row) -> tuple[object, ...]:
    found, report = row.found, row.report or {}
    handed_in = datetime.fromtimestamp(found.made, UTC).isoformat(timespec="seconds")
    return (
        found.owner.learner, found.owner.name, found.lesson, row.status,
        report.get("score", ""), report.get("max_score", ""), "late" if found.owner.late else "",
        handed_in, found.path, found.sha256, report.get("seed", ""), report.get("seconds", ""),
        row.why,
    )  # fmt: skip


# ---- learning platforms --------------------------------------------------------------------------


def points_of(lesson: str) -> int:
    """Return the points of a right submission."""
    return sum(asked.points for asked in LESSONS[lesson].exercises)


def _graded(rows: Sequence[Row]) -> tuple[list[str], dict[str, dict[str, Row]]]:
    """Return the lessons, and each learner's rows by lesson."""
    by_learner: dict[str, dict[str, Row]] = {}
    for row in rows:
        if row.report:
            by_learner.setdefault(row.found.owner.learner, {})[row.found.lesson] = row
    lessons = sorted({lesson for found in by_learner.values() for lesson in found})
    return lessons, by_learner


def _scores(of_one: dict[str, Row], lessons: Sequence[str]) -> list[object]:
    reports = (of_one[lesson].report if lesson in of_one else None for lesson in lessons)
    return [report["score"] if report else "" for report in reports]


def canvas(rows: Sequence[Row]) -> str:
    """Return what Canvas imports."""
    lessons, learners = _graded(rows)
    possible = ("    Points Possible", "", "", "", "", *map(points_of, lessons))
    lines: list[Sequence[object]] = [(*CANVAS, *lessons), possible]
    for learner, of_one in learners.items():
        owner = next(iter(of_one.values())).found.owner
        login = "" if owner.canvas else learner
        name = owner.name or learner
        lines.append((name, owner.canvas, "", login, "", *_scores(of_one, lessons)))
    return as_csv(lines)


def moodle(rows: Sequence[Row]) -> dict[str, str]:
    """Return what Moodle imports, by the names of the files."""
    known = [row for row in rows if row.found.owner.moodle]
    others = [row for row in rows if not row.found.owner.moodle]
    files = {f"moodle_{lesson}.csv": _worksheet(known, lesson) for lesson in _graded(known)[0]}
    lessons, learners = _graded(others)
    if learners or not files:
        lines = [(learner, *_scores(of_one, lessons)) for learner, of_one in learners.items()]
        files["moodle.csv"] = as_csv([("Username", *lessons), *lines])
    return files


def _worksheet(rows: Sequence[Row], lesson: str) -> str:
    lines = [
        (f"Participant {row.found.owner.moodle}", row.found.owner.name, row.report["score"],
         row.report["max_score"], "")  # never: a grade that Moodle has is kept, unless it is told
        for row in rows
        if row.report and row.found.lesson == lesson
    ]  # fmt: skip
    return as_csv([WORKSHEET, *lines])
