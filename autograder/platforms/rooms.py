"""Grades one file as well isolated as a machine allows that is not ours, and says how well."""

import secrets
from dataclasses import dataclass

from autograder.report import Report
from autograder.sandbox.host import IsolationError, Limits, Zygote
from autograder.submission import Submission
from autograder.syllabus import names_of
from autograder.texts import one_line


@dataclass(frozen=True)
class Graded:
    """A report, and why a file was not isolated fully, if it was not."""

    report: Report
    why: str = ""

    @property
    def remark(self) -> str:
        """Return what whoever runs this must know of the isolation."""
        if not self.why:
            return "Isolation: full."
        return (
            f"Isolation: {self.report.isolation} alone. Time and memory were bounded, but files of "
            f"this machine could be seen. {one_line(self.why)}"
        )


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


def _zygote(lesson: str, limits: Limits) -> tuple[Zygote, str]:
    """Start one, in the room if that can be, or else as a process; return also why not."""
    try:
        return _ready(lesson, "full", limits), ""
    except IsolationError as error:
        return _ready(lesson, "process", limits), str(error)


def _ready(lesson: str, isolation: str, limits: Limits) -> Zygote:
    zygote = Zygote(lesson, set(names_of(lesson)), isolation, limits)
    try:
        zygote.wait()
    except BaseException:
        zygote.close()
        raise
    return zygote
