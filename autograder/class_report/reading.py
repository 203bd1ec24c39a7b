"""What a batch left behind, read again: whose submission, for which lesson, with which report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.batch.store import NAME, Listed, Store
from autograder.class_report.codes import codes_of, secret_in
from mnist_course.errors import CourseError

FIELDS = ("name", "status", "score", "max_score", "misconception", "message", "checks")


@dataclass(frozen=True)
class Entry:
    """A learner's submission for one lesson, with its report, if it has one."""

    who: str  # the learner, or the learner's code
    listed: Listed
    report: dict[str, Any] | None

    @cached_property
    def exercises(self) -> dict[str, dict[str, Any]]:
        """Return what is said of each exercise, by name, in the lesson's order."""
        return {one["name"]: one for one in self.report["exercises"]} if self.report else {}

    @cached_property
    def score(self) -> int:
        """Return the points."""
        return sum(exercise["score"] for exercise in self.exercises.values())


@dataclass(frozen=True)
class Classroom:
    """All that a page is made of."""

    entries: list[Entry]  # of all lessons, graded or not
    place: Path | None  # where the submissions lay
    coded: bool = False  # names are replaced: nothing that a learner wrote may be shown

    @property
    def graded(self) -> list[Entry]:
        """Return those with a report."""
        return [entry for entry in self.entries if entry.report]

    @property
    def lessons(self) -> list[str]:
        """Return the lessons of which anything was found."""
        return sorted({entry.listed.lesson for entry in self.entries})

    def of(self, lesson: str) -> list[Entry]:
        """Return what is graded of a lesson."""
        return [entry for entry in self.graded if entry.listed.lesson == lesson]


def read(folder: Path, lesson: str | None = None, codes: Path | None = None) -> Classroom:
    """Read what `autograder batch` left in a folder."""
    if not (folder / NAME).is_file():
        raise CourseError(
            f"{folder} holds no results of a class: `autograder batch SUBMISSIONS --out {folder}` "
            "makes them"
        )
    store = Store(folder)
    try:
        entries, place = _entries(store, lesson), store.recall("place")
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise CourseError(f"{store.path} is damaged: run `autograder batch` again") from error
    finally:
        store.close()
    _demand_some(entries, folder, lesson)
    found = Classroom(entries, Path(place) if place else None)
    return coded(found, secret_in(codes)) if codes else found


def _entries(store: Store, lesson: str | None) -> list[Entry]:
    listing = [one for one in store.listing() if lesson in (None, one.lesson)]
    entries = [Entry(one.learner, one, store.report(one.key)) for one in listing]
    for entry in entries:
        for exercise in entry.exercises.values():
            _ = [exercise[field] for field in FIELDS]
    return sorted(entries, key=lambda entry: (entry.listed.lesson, entry.who))


def _demand_some(entries: Sequence[Entry], folder: Path, lesson: str | None) -> None:
    """Refuse to make a page about nobody."""
    if any(entry.report for entry in entries):
        return
    what = f"of {lesson} " if lesson else ""
    why = next((f" ({entry.listed.why})" for entry in entries if entry.listed.why), "")
    raise CourseError(
        f"nothing {what}is graded in {folder}{why}: there is nothing to report. Run `autograder "
        "batch` to its end first"
    )


def coded(classroom: Classroom, secret: bytes) -> Classroom:
    """Return the class with codes for names, in the order of the codes."""
    codes = codes_of({entry.who for entry in classroom.entries}, secret)
    entries = [replace(entry, who=codes[entry.who]) for entry in classroom.entries]
    entries.sort(key=lambda entry: (entry.listed.lesson, entry.who))
    return replace(classroom, entries=entries, coded=True)
