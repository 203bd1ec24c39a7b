"""One submission, graded by a worker: a process that keeps a room warm.

All that goes in and comes out is plain data. A worker that cannot isolate, or that has another
version of the checks, says so: it grades nothing.
"""

import os
import platform
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.batch.store import version_of_the_checks
from autograder.sandbox.host import IsolationError, Limits, Zygote
from autograder.submission import from_content
from autograder.syllabus import names_of

if TYPE_CHECKING:
    from autograder.key import Key


@dataclass(frozen=True)
class Task:
    """What is to be graded, and how."""

    key: str
    name: str  # of the file: the lesson's, whatever the learner called it
    lesson: str
    content: bytes
    seed: int
    data: str
    timeout: float
    isolation: str
    version: str  # of the checks


@dataclass(frozen=True)
class Answer:
    """What came of it: a report, or why this worker grades nothing, or why this file is not."""

    worker: str
    report: dict[str, Any] | None = None
    refused: str = ""
    failed: str = ""


class _Warm:
    """What a worker keeps: the rooms of one lesson, and the key to one seed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()  # a worker of Dask may have several threads
        self.zygote: Zygote | None = None
        self.wanted: tuple[str, float, str] | None = None
        self.key: Key | None = None

    def room(self, task: Task) -> Zygote:
        """Return the rooms of a lesson: they are built where the last lesson was another."""
        wanted = task.lesson, task.timeout, task.isolation
        if self.zygote is None or self.wanted != wanted:
            self.drop()
            self.wanted, limits = wanted, Limits(seconds=task.timeout)
            names = set(names_of(task.lesson))
            self.zygote = Zygote(task.lesson, names, task.isolation, limits)
        return self.zygote

    def drop(self) -> None:
        """End the rooms."""
        zygote, self.zygote = self.zygote, None
        if zygote is not None:
            zygote.close()

    def key_to(self, seed: int, data: str) -> "Key":
        """Return the key: what is right is worked out once for all submissions."""
        import torch

        from autograder.key import Key

        torch.set_num_threads(1)
        if self.key is None or (self.key.seed, self.key.data) != (seed, data):
            self.key = Key(seed, data)
        return self.key


WARM = _Warm()


def grade_task(task: Task) -> Answer:
    """Grade a submission here; a room that breaks is built anew, once."""
    if task.version != own_version():
        return Answer(me(), refused="it has another version of the course")
    with WARM.lock:
        for last in (False, True):
            try:
                zygote = WARM.room(task)
                zygote.wait()
            except IsolationError as error:
                WARM.drop()
                return Answer(me(), refused=str(error))
            try:
                return Answer(me(), _graded(task, zygote))
            except Exception as error:  # it may not cost the others their grades
                WARM.drop()
                why = f"{type(error).__name__}: {error}"
                if last or not isinstance(error, IsolationError | OSError):
                    return Answer(me(), failed=why)
    raise AssertionError("unreachable")


def _graded(task: Task, zygote: Zygote) -> dict[str, Any]:
    from autograder.marking import mark
    from autograder.report import as_json

    submission = from_content(Path(task.name), task.content)
    return as_json(mark(submission, task.lesson, zygote, WARM.key_to(task.seed, task.data)))


@cache
def own_version() -> str:
    """Return the version of the checks that this worker has."""
    return version_of_the_checks()


def me() -> str:
    """Return what people may call this worker; of Dask's, what Dask calls it."""
    if "distributed" in sys.modules:
        with suppress(ValueError):  # this is no worker of Dask
            return str(sys.modules["distributed"].get_worker().address)
    return f"process {os.getpid()} on {platform.node()}"
