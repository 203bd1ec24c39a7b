"""Grades one file as well isolated as a machine allows that is not ours, and says how well."""

import secrets
from dataclasses import dataclass

from autograder.exercise import Verdict
from autograder.report import Report
from autograder.sandbox.host import IsolationError, Limits, Zygote
from autograder.submission import Submission
from autograder.syllabus import LESSONS, names_of
from autograder.texts import one_line


@dataclass(frozen=True)
class Graded:
    """A report, and why a file was not isolated fully, if it was not."""

    report: Report
    why: str = ""

    @property
    def isolation(self) -> str:
        """Return, in a line, how a submission was shut in."""
        if not self.why:
            return "Isolation: full."
        return (
            "Isolation: another user, and no room. Time and memory were bounded and nothing of the "
            "grader could be changed, but what any user of this machine sees could be read."
        )

    @property
    def remark(self) -> str:
        """Return that, and what an instructor can do about it."""
        return f"{self.isolation} {one_line(self.why)}".rstrip()


def graded(submission: Submission, lesson: str, seconds: float, seed: int | None) -> Graded:
    """Grade a file; without a seed, with one that is drawn."""
    zygote, why = _zygote(lesson, Limits(seconds=seconds))
    with zygote:
        import torch

        from autograder.key import Key
        from autograder.marking import mark

        torch.set_num_threads(1)
        key = Key(secrets.randbits(31) if seed is None else seed)
        return Graded(mark(submission, lesson, zygote, key), why)


def nothing(lesson: str, why: str) -> list[Verdict]:
    """Return no points for any exercise of a lesson: nothing was handed in that can be graded."""
    exercises = LESSONS[lesson].exercises
    return [Verdict(one.name, 0, one.points, "missing", None, why, []) for one in exercises]


def _zygote(lesson: str, limits: Limits) -> tuple[Zygote, str]:
    """Start one, in the room if that can be, or else as another user; return also why not.

    Never as the user who writes the results: then a submission could write its own.
    """
    try:
        return _ready(lesson, "full", limits), ""
    except IsolationError as error:
        zygote, why = _ready(lesson, "process", limits), str(error)
    if zygote.user is not None:
        return zygote, why
    zygote.close()
    raise IsolationError(
        f"{why} Without that a submission has to be another user at least, which takes root, and a "
        "Python that any user can read, not one in root's home."
    )


def _ready(lesson: str, isolation: str, limits: Limits) -> Zygote:
    zygote = Zygote(lesson, set(names_of(lesson)), isolation, limits)
    try:
        zygote.wait()
    except BaseException:
        zygote.close()
        raise
    return zygote
