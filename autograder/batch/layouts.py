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
from datetime import datetime
from pathlib import Path, PurePosixPath

from autograder.batch.sources import LESSONS_FOLDER, Entry, entries
from autograder.bundle import KIND, safe
from autograder.nbformats import NoSubmissionError
from autograder.submission import KINDS, Submission, from_content, lesson_of_file
from autograder.syllabus import LESSONS

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(file|onlinetext)(_(?P<file>.*))?")
CANVAS = re.compile(
    r"(?P<name>[^_]+)(?P<late>_LATE)?_(?P<id>\d+)(?P<late2>_LATE)?_\d{3,}_(?P<file>.+)"
)
EXCHANGE = re.compile(r"(?P<name>[^+]+)\+(?P<lesson>[^+]+)\+\d{4}-.+")  # nbgrader's, inbound
LESSON_IN_NAME = re.compile(rf"(?<![0-9])({'|'.join(LESSONS)})(?![a-z])", re.IGNORECASE)
MORE = re.compile(r"-(\d{1,3})$")  # what Canvas puts behind the name of a file handed in again
NO_NAMES = ("submitted", "submissions", "homework", "assignment", "src", LESSONS_FOLDER)


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, as far as its path tells."""

    learner: str
    name: str = ""  # as people read it
    moodle: str = ""  # the number of a participant
    canvas: str = ""  # the number of a user
    late: bool = False
    folder: str = ""  # the folder that was taken for the learner's, where nothing else told


@dataclass(frozen=True)
class Found:
    """One file to grade: whose, for which lesson, and how to read it."""

    owner: Owner
    lesson: str
    kind: str  # .py or .ipynb
    sha256: str
    entry: Entry
    made: float  # seconds since 1970: when it was handed in or written
    order: tuple[bool, bool, int, float] = (False, False, 0, 0.0)  # of rivals the last counts
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
    result = Survey()
    rivals: dict[tuple[str, str], list[Found]] = defaultdict(list)
    for entry in entries(place):
        try:
            found = _found(entry, place, lesson)
        except NoSubmissionError as error:
            result.left_out.append((entry.path, str(error)))
            continue
        if lesson and found.lesson != lesson:
            result.others += 1
        else:
            rivals[found.owner.learner, found.lesson].append(found)
    for group in rivals.values():
        _settle(group, result)
    result.found.sort(key=lambda found: (found.lesson, found.owner.learner))
    return result


def _found(entry: Entry, place: Path, lesson: str | None) -> Found:
    if entry.trouble:
        raise NoSubmissionError(entry.trouble)
    if not entry.parts[-1].lower().endswith((*KINDS, KIND)):
        raise NoSubmissionError("it is neither .py nor .ipynb, nor a bundle")
    submission = _read(entry)
    told, by_name = _lesson(submission, entry.parts, lesson)
    owner = _owner(entry.parts, submission, place)
    made = _made(submission, entry)
    more = MORE.search(Path(entry.parts[-1]).stem)
    return Found(
        owner, told, submission.file.suffix.lower(), submission.sha256, entry, made,
        (False, by_name, int(more[1]) if more else 0, made), _told_of_bundle(submission),
    )  # fmt: skip


def _read(entry: Entry) -> Submission:
    content = entry.read()
    if content is None:
        raise NoSubmissionError("it is larger than what is read")
    return from_content(Path(entry.parts[-1]), content, keep=True)


def _told_of_bundle(submission: Submission) -> list[str]:
    """Return what only the bundle tells: of the file in it the worker speaks, by another name."""
    return list(submission.bundle.warnings) if submission.bundle else []


def _made(submission: Submission, entry: Entry) -> float:
    """Return when it was made: a bundle says so itself, and may say anything."""
    if submission.bundle:
        try:
            return datetime.fromisoformat(submission.bundle.made).timestamp()
        except (ValueError, OverflowError):
            pass
    return entry.written


# ---- which lesson --------------------------------------------------------------------------------


def _lesson(submission: Submission, parts: tuple[str, ...], named: str | None) -> tuple[str, bool]:
    """Tell it by the file's name, the folders', or the cells; and whether the file's name did."""
    for part in (submission.file.name, *reversed(parts)):
        found = {match.lower() for match in LESSON_IN_NAME.findall(part)}
        if len(found) == 1:
            return found.pop(), part == submission.file.name
    try:
        return lesson_of_file(submission), False
    except NoSubmissionError:
        if named:
            return named, False
    raise NoSubmissionError(
        f"no lesson is told by its name, its folders or its cells (call it {next(iter(LESSONS))}"
        f"{submission.file.suffix}, say, or name the lesson with --lesson)"
    )


# ---- whose ---------------------------------------------------------------------------------------


def _owner(parts: tuple[str, ...], submission: Submission, place: Path) -> Owner:
    """Tell by what a learning platform wrote, by a bundle, by the file's name, by the folders."""
    found = _by_platform(parts)
    if found is None and submission.bundle and submission.bundle.learner.strip():
        name = submission.bundle.learner
        found = Owner(safe(name), name)
    if found is None and not submission.bundle:
        found = _by_name(PurePosixPath(parts[-1]).stem)
    found = found or _by_folder(parts, place)
    if found is None:
        raise NoSubmissionError("nothing tells whose it is: put it into a folder with that name")
    return found


def _by_platform(parts: tuple[str, ...]) -> Owner | None:
    for part in parts:
        if found := MOODLE.fullmatch(part):
            return _numbered(found["name"], found["id"], moodle=found["id"])
        if found := CANVAS.fullmatch(part):
            late = bool(found["late"] or found["late2"])
            return replace(_numbered(found["name"], found["id"], canvas=found["id"]), late=late)
        if found := EXCHANGE.fullmatch(part):
            return Owner(found["name"], found["name"])
    return None


def _numbered(name: str, number: str, moodle: str = "", canvas: str = "") -> Owner:
    """Keep the number in the name: two learners may be called the same."""
    return Owner(f"{safe(name)}_{number}", name, moodle, canvas)


def _by_name(stem: str) -> Owner | None:
    """Tell by `student_lesson` or `lesson_student`."""
    rest = LESSON_IN_NAME.split(MORE.sub("", stem))
    names = [name.strip(" _-.+()") for name in rest[::2] if len(rest) == 3]
    names = [name for name in names if name and not re.fullmatch(r"(?i)copy\d*|\d{1,2}|v\d", name)]
    return Owner(safe(names[0]), names[0]) if len(names) == 1 else None


def _by_folder(parts: tuple[str, ...], place: Path) -> Owner | None:
    """Tell by the nearest folder that is called after nothing of the course."""
    above = ((), (place.resolve().stem,))[LESSONS_FOLDER in parts[:1]]  # one clone
    folders = [*above, *parts[:-1]]
    for depth in range(len(folders), 0, -1):
        name = folders[depth - 1]
        if name.lower() not in NO_NAMES and not LESSON_IN_NAME.search(name):
            return Owner(safe(name), name, folder="/".join(folders[:depth]))
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
        cells = _read(found.entry).cells
        order = (begun(cells, found.lesson), *found.order[1:])
        yield replace(found, order=order)
