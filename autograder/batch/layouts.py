"""Who handed in what: told by the layout in which files came, whichever it is.

Known are nbgrader's `student/assignment/file` and its exchange, flat `student_lesson.py`, a folder
a learner, bundles of `autograder submit`, downloads of Moodle and of Canvas, and clones of the
course. What cannot be told is listed with the reason.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.batch.owners import (
    EXCHANGE,
    MORE,
    NUMBER,
    PUT_ASIDE,
    Claim,
    all_lessons,
    claim,
    owners,
)
from autograder.batch.owners import Owner as Owner
from autograder.batch.sources import Entry, entries
from autograder.bundle import KIND
from autograder.nbformats import NoSubmissionError
from autograder.submission import KINDS, Submission, from_content, lesson_of_file
from autograder.syllabus import LESSONS

LEAST = (False, False, False, 0, 0.0)
LAST_MOMENT = 253_402_300_799.0  # of the year 9999
NOBODY = "nothing tells whose it is: put it into a folder with that name"
NUMBERED = re.compile(NUMBER.format("([1-7])"), re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """One file to grade: whose, for which lesson, and how to read it."""

    owner: Owner
    lesson: str
    kind: str  # .py or .ipynb
    sha256: str
    entry: Entry
    made: float  # seconds since 1970: when it was handed in or written
    order: tuple[bool, bool, bool, int, float] = LEAST  # of rivals the last counts
    warnings: list[str] = field(default_factory=list)
    noted: bool = False  # somebody wrote down when it was made; else it is the file's time

    @property
    def path(self) -> str:
        """Return where it was found."""
        return self.entry.path

    def content(self) -> bytes:
        """Return the bytes that were hashed; say so where they are others by now."""
        content = _read(self.entry).content
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise NoSubmissionError("it was changed meanwhile")
        return content


@dataclass
class Survey:
    """All that was found."""

    found: list[Found] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)  # path, and why
    others: int = 0  # files of lessons that were not asked for


def survey(place: Path, lesson: str | None = None) -> Survey:
    """Find whose file is which lesson; with a lesson named, only that one, and what tells none."""
    result, claims = Survey(), list[tuple[Found, Claim]]()
    for entry in entries(place):
        try:
            claims.append(_claimed(entry, place, lesson))
        except NoSubmissionError as error:
            result.left_out.append((entry.path, str(error)))
    rivals: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for (found, _), owner in zip(claims, owners([one for _, one in claims]), strict=True):
        if owner is None:
            result.left_out.append((found.path, NOBODY))
        elif lesson and found.lesson != lesson:
            result.others += 1
        else:
            rivals[owner.learner, found.lesson].append(replace(found, owner=owner))
    for group in rivals.values():
        _settle(group, result)
    result.found.sort(key=lambda found: (found.lesson, found.owner.learner))
    result.left_out.sort()
    return result


def _claimed(entry: Entry, place: Path, lesson: str | None) -> tuple[Found, Claim]:
    if entry.trouble:
        raise NoSubmissionError(entry.trouble)
    if not entry.parts[-1].lower().endswith((*KINDS, KIND)):
        raise NoSubmissionError("it is neither .py nor .ipynb, nor a bundle")
    submission = _read(entry)
    told, by_name = _lesson(submission, entry.parts, lesson)
    bundled, (made, noted) = submission.bundle, _made(submission, entry)
    aside = any(map(PUT_ASIDE.fullmatch, entry.parts[:-1]))
    more = None if bundled else MORE.search(Path(entry.parts[-1]).stem)
    found = Found(
        Owner(""), told, submission.file.suffix.lower(), submission.sha256, entry, made,
        (False, not aside, by_name, int(more[1]) if more else 0, made), _told_of_bundle(submission),
        noted,
    )  # fmt: skip
    return found, claim(entry.parts, told, bundled.learner if bundled else None, place)


def _read(entry: Entry) -> Submission:
    content = entry.read()
    if content is None:
        raise NoSubmissionError("it is larger than what is read")
    return from_content(Path(entry.parts[-1]), content, keep=True)


def _told_of_bundle(submission: Submission) -> list[str]:
    """Return what only the bundle tells: of the file in it the worker speaks, by another name."""
    return list(submission.bundle.warnings) if submission.bundle else []


def _made(submission: Submission, entry: Entry) -> tuple[float, bool]:
    """Return when it was made, and whether somebody wrote that down.

    A bundle says so itself, and may say anything; so may a clock.
    """
    texts = [submission.bundle.made] if submission.bundle else []
    texts += [found["made"] for found in map(EXCHANGE.fullmatch, entry.parts) if found]
    for text in texts:
        try:
            return _in_range(_moment(text)), True
        except (ValueError, OverflowError):
            continue
    return _in_range(entry.written), entry.noted


def _moment(text: str) -> float:
    """Read a date; nbgrader's folders have `2026-01-02 03:04:05.678 UTC+RANDOM`."""
    made = datetime.fromisoformat(text.partition("+")[0].removesuffix(" UTC")
                                  if " UTC" in text else text)  # fmt: skip
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()


def _in_range(seconds: float) -> float:
    """Return a moment that a calendar has: of the years 1970 to 9999."""
    return min(max(seconds, 0.0), LAST_MOMENT)


# ---- which lesson --------------------------------------------------------------------------------


def _lesson(submission: Submission, parts: tuple[str, ...], named: str | None) -> tuple[str, bool]:
    """Tell it by the file's name, the folders', the cells; and whether the file's name did."""
    for part in (submission.file.name, *reversed(parts)):
        if len(found := all_lessons([part])) == 1:
            return found.pop(), part == submission.file.name
    try:
        return lesson_of_file(submission), False
    except NoSubmissionError:
        if told := named or _by_number((submission.file.stem, *reversed(parts[:-1]))):
            return told, False
    raise NoSubmissionError(
        f"no lesson is told by its name, its folders or its cells (call it {next(iter(LESSONS))}"
        f"{submission.file.suffix}, say, or name the lesson with --lesson)"
    )


def _by_number(texts: Iterable[str]) -> str | None:
    """Tell a lesson by `03` or `lesson3`: a 3 alone may count anything."""
    for text in texts:
        found = {match[1] for match in NUMBERED.finditer(text) if match[0] != match[1]}
        if len(found) == 1:
            return next((one for one in LESSONS if one.startswith(f"0{min(found)}")), None)
    return None


# ---- of two, which -------------------------------------------------------------------------------


def _settle(rivals: list[Found], result: Survey) -> None:
    """Keep the one that counts; list the others, and all where nobody can tell."""
    folders = {found.owner.folder for found in rivals}
    if len(folders) > 1 and "" not in folders:
        where = " and ".join(sorted(folders)[:3])
        why = f"several folders are called {rivals[0].owner.learner}, perhaps two learners: {where}"
        result.left_out += [(found.path, why) for found in rivals]
        return
    *before, last = _ordered(rivals)
    result.found.append(last)
    result.left_out += [(found.path, f"{last.path} counts in its place") for found in before]


def _ordered(rivals: list[Found]) -> Iterable[Found]:
    if len(rivals) == 1:
        return rivals
    return sorted(_with_work(rivals), key=lambda found: (found.order, found.path))


def _with_work(rivals: list[Found]) -> Iterator[Found]:
    """Note in which of them something was begun: what is still as it was released is nobody's."""
    from autograder.clone import begun

    for found in rivals:
        try:
            work = begun(_read(found.entry).cells, found.lesson)
        except NoSubmissionError:  # it was taken away meanwhile
            work = False
        yield replace(found, order=(work, *found.order[1:]))
