"""What a person should look at: what was not graded, ran too long, crashed, holds a conflict."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.class_report.reading import Classroom, Entry

WAITING = "Not graded yet: the batch was stopped"
FAILED = "Could not be graded"
SLOW = "Ran too long"
CRASHED = "Ended its process"
UNLOADED = "Nothing of it could be used"
BEGUN = "Nothing was begun"
CONFLICT = "Holds a merge conflict"
TWICE = "Defines an exercise twice; the last one counts"
FAILED_CELL = "A cell failed"
OTHER = "Other remarks"
KINDS = (
    WAITING, FAILED, SLOW, CRASHED, UNLOADED, BEGUN, CONFLICT, TWICE, FAILED_CELL, OTHER
)  # fmt: skip
# Our own words in the warnings of a report, and what they are about.
WARNINGS = (
    (re.compile(r"It ended the whole process"), CRASHED),
    (re.compile(r"^The cell at [^:]* failed\. It was stopped after"), SLOW),
    (re.compile(r"merge[- ]conflict"), CONFLICT),
    (re.compile(r"is defined \d+ times: the last one"), TWICE),
    (re.compile(r"The cell at .* failed\."), FAILED_CELL),
)


@dataclass(frozen=True)
class Note:
    """A reason to look at a submission."""

    kind: str
    who: str
    lesson: str
    detail: str = ""


def notes(classroom: Classroom) -> list[Note]:
    """Return all reasons, by kind and learner; with codes none quotes what a learner wrote."""
    found = {note for entry in classroom.entries for note in _of(entry, classroom.coded)}
    return sorted(found, key=lambda n: (KINDS.index(n.kind), n.lesson, n.who, n.detail))


def _of(entry: Entry, coded: bool) -> Iterator[Note]:
    listed = entry.listed
    if entry.report is None:
        kind = FAILED if listed.why else WAITING
        yield Note(kind, entry.who, listed.lesson, "" if coded else listed.why)
        return
    for kind, detail in (*_by_status(entry), *_by_warnings(entry.report["warnings"], coded)):
        yield Note(kind, entry.who, listed.lesson, detail)


def _by_status(entry: Entry) -> Iterator[tuple[str, str]]:
    exercises = entry.exercises.values()
    if slow := [one["name"] for one in exercises if one["status"] == "timeout"]:
        yield SLOW, ", ".join(slow)
    if ended := [one["name"] for one in exercises if WARNINGS[0][0].search(one["message"])]:
        yield CRASHED, ", ".join(ended)
    statuses = {one["status"] for one in exercises}
    if statuses <= {"missing", "not_attempted"}:
        yield (BEGUN if "not_attempted" in statuses else UNLOADED), ""


def _by_warnings(warnings: Sequence[str], coded: bool) -> Iterator[tuple[str, str]]:
    for warning in warnings:
        kind = next((kind for words, kind in WARNINGS if words.search(warning)), OTHER)
        yield kind, "" if coded else warning
