"""All of it as a CSV: a line for each learner and exercise."""

from collections.abc import Iterator

from autograder.batch.exports import as_csv
from autograder.class_report.reading import Classroom, Entry

COLUMNS = (
    "learner", "lesson", "exercise", "status", "score", "max_score", "misconception",
    "seconds_of_all", "late",
)  # fmt: skip


def as_lines(classroom: Classroom) -> str:
    """Return the CSV; what was not graded has one line, without an exercise."""
    return as_csv([COLUMNS, *(line for entry in classroom.entries for line in _lines(entry))])


def _lines(entry: Entry) -> Iterator[tuple[object, ...]]:
    listed, late = entry.listed, "late" if entry.listed.late else ""
    if entry.report is None:
        yield entry.who, listed.lesson, "", "failed" if listed.why else "waiting", *[""] * 4, late
        return
    for name, one in entry.exercises.items():
        yield (
            entry.who, listed.lesson, name, one["status"], one["score"], one["max_score"],
            one["misconception"] or "", entry.report["seconds"], late,
        )  # fmt: skip
