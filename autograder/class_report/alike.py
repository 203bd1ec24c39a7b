"""The submissions, read once more where they still lie, to see which are alike."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.batch.sources import entries
from autograder.cells import Cell
from autograder.class_report.reading import Classroom, Entry
from autograder.class_report.similarity import Pair, Prints, pairs, prints_of
from autograder.clone import begun
from autograder.nbformats import UnreadableSubmissionError
from autograder.submission import Submission, from_content
from autograder.syllabus import LESSONS
from mnist_course.errors import CourseError


@dataclass(frozen=True)
class Alike:
    """What of one lesson is alike."""

    same: list[list[str]] = field(default_factory=list)  # groups of byte-identical ones
    pairs: list[Pair] = field(default_factory=list)
    remark: str = ""  # why pairs are not known


@dataclass
class Files:
    """The submissions that could be read again, by the hash of their content."""

    cells: dict[tuple[str, str], list[Cell]] = field(default_factory=dict)  # lesson, hash
    remark: str = ""  # why some or all could not be


def files_of(classroom: Classroom) -> Files:
    """Read each content once; what lies there no longer, or has changed, is counted and said."""
    wanted = {(e.listed.path, e.listed.sha256): e.listed.lesson for e in classroom.entries}
    files, found = Files(), set()
    try:
        for path, submission in _submissions(classroom.place, {path for path, _ in wanted}):
            if lesson := wanted.get((path, submission.sha256)):
                found.add((path, submission.sha256))
                files.cells[lesson, submission.sha256] = submission.cells
    except (CourseError, OSError):
        pass  # what was not found is counted below
    if gone := len(wanted) - len(found):
        files.remark = _remark(gone, len(wanted))
    return files


def _remark(gone: int, all_: int) -> str:
    return (
        f"{gone:,} of {all_:,} submissions are no longer where they were graded, or have changed "
        "since: whether they are alike is not known."
    )


def _submissions(place: Path | None, paths: set[str]) -> Iterator[tuple[str, Submission]]:
    for entry in entries(place) if place else ():
        if entry.path not in paths:
            continue
        try:
            yield entry.path, from_content(Path(entry.parts[-1]), entry.read(), keep=False)
        except UnreadableSubmissionError:
            continue


def alike(classroom: Classroom, lesson: str, files: Files) -> Alike:
    """Return which submissions of a lesson are the same or alike; those without work are not."""
    holders: dict[str, list[str]] = {}
    for entry in classroom.of(lesson):
        if _has_work(entry, files.cells.get((lesson, entry.listed.sha256), [])):
            holders.setdefault(entry.listed.sha256, []).append(entry.who)
    same = sorted(sorted(some) for some in holders.values() if len(some) > 1)
    try:
        base = given(lesson)
    except CourseError:  # what all were given would be alike
        return Alike(same, remark="What the lesson gave is not known here: no others are compared.")
    works = {some[0]: prints_of(files.cells[lesson, sha]) for sha, some in holders.items()}
    return Alike(same, pairs(works, base))


def _has_work(entry: Entry, cells: list[Cell]) -> bool:
    lesson = entry.listed.lesson
    return bool(cells) and (entry.score > 0 or (lesson in LESSONS and begun(cells, lesson)))


def given(lesson: str) -> Prints:
    """Return the fingerprints of the lesson as learners get it."""
    from autograder.upkeep.pristine import pristine

    cells = from_content(Path(f"{lesson}.py"), pristine(lesson).encode()).cells
    return frozenset[int]().union(*prints_of(cells).values())
