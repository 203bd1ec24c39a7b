"""Where a learner stands: what is remembered, beside what is in the files now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from autograder.clone import has_work, is_stub, learners_file, lesson_files
from autograder.learner import progress
from autograder.learner.progress import UNKNOWN, Record, Records
from autograder.submission import NoSubmissionError, Submission, read
from autograder.syllabus import LESSONS, Asked, asked_for, lesson_of, names_of
from mnist_course.errors import CourseError


@dataclass
class Standing:
    """The learner's place in the course."""

    records: Records
    remark: str = ""  # of what was remembered: that it was damaged, say
    files: dict[str, Submission | None] = field(default_factory=dict)  # by lesson, once read

    def of(self, name: str) -> Record:
        """Return what is remembered of an exercise."""
        return self.records.get(name, Record())

    def solved(self, names: Sequence[str]) -> list[str]:
        """Return those that had all their points when they were checked last."""
        return [name for name in names if self.of(name).solved]

    def points(self, names: Sequence[str]) -> int:
        """Return their points."""
        return sum(self.of(name).score for name in names)

    def left(self, names: Sequence[str]) -> list[Asked]:
        """Return what is not solved yet."""
        return [asked_for()[name] for name in names if not self.of(name).solved]

    def file(self, lesson: str) -> Submission | None:
        """Return the learner's file of a lesson, read, if there is one."""
        if lesson not in self.files:
            try:
                self.files[lesson] = read(learners_file(lesson).resolve())
            except (CourseError, NoSubmissionError):
                self.files[lesson] = None
        return self.files[lesson]

    def place(self, name: str) -> str:
        """Return where an exercise is written, or to be written; '' where nobody can tell."""
        file = self.file(lesson_of(name))
        return file.place_of(name) if file else ""

    def changed(self, name: str) -> bool:
        """Tell whether an answer is another one than when it was checked."""
        record = self.of(name)
        if not record.when or record.cell == UNKNOWN:
            return False
        return sign(self.file(lesson_of(name)), name) != record.cell

    def written(self, name: str) -> bool:
        """Tell whether there is an answer to look at."""
        return bool(self.source(name)) and not is_stub(self.source(name))

    def source(self, name: str) -> str:
        """Return the cells of an answer, or ''."""
        file = self.file(lesson_of(name))
        return file.source_of(name) if file else ""

    def to_do(self, names: Sequence[str]) -> list[str]:
        """Return what is not known to be right as it stands in the file."""
        return [n for n in names if not self.of(n).solved or self.changed(n)]


def standing() -> Standing:
    """Look it up."""
    records, remark = progress.recall()
    return Standing(records, remark)


def sign(file: Submission | None, name: str) -> str:
    """Return a short sign of the cells that define an answer: another text, another sign."""
    if file is None:
        return UNKNOWN
    return sha256(file.source_of(name).strip().encode(errors="replace")).hexdigest()[:12]


# ---- what comes next -----------------------------------------------------------------------------


def current_lesson(now: Standing) -> str:
    """Return the lesson that was saved last, if there is work in it, or the first unfinished."""
    begun = [lesson for lesson in LESSONS if _saved(lesson)]
    if begun:
        return max(begun, key=_saved)
    unfinished = (lesson for lesson in LESSONS if now.left(names_of(lesson)))
    return next(unfinished, next(reversed(LESSONS)))


def _saved(lesson: str) -> int:
    """Return when a file with work in it was saved; 0 where there is none."""
    times = [_time(path) for path in lesson_files(lesson) if has_work(path, lesson)]
    return max(times, default=0)


def _time(path: Path) -> int:
    return path.stat().st_mtime_ns


def at_hand(now: Standing, lesson: str | None = None) -> str | None:
    """Return what the learner works on: what is written and not right yet, or what comes next."""
    lesson = lesson or current_lesson(now)
    names = names_of(lesson)
    begun = [name for name in now.to_do(names) if now.written(name)]
    return begun[0] if begun else next_exercise(now, lesson, _checked_last(now, names))


def _checked_last(now: Standing, names: Sequence[str]) -> str:
    """Return the exercise that was solved last, or '': what comes next stands behind it."""
    return max(now.solved(names), key=lambda name: now.of(name).when, default="")


def next_exercise(now: Standing, lesson: str, after: str = "") -> str | None:
    """Return what to do next: in this lesson, behind `after` first; then in the others."""
    names = names_of(lesson)
    start = names.index(after) + 1 if after in names else 0
    lessons = list(LESSONS)
    later = lessons[lessons.index(lesson) + 1 :] + lessons[: lessons.index(lesson)]
    order = names[start:] + names[:start] + [name for one in later for name in names_of(one)]
    return next((name for name in order if name != after and not now.of(name).solved), None)
