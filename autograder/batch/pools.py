"""Where gradings run: processes of this machine. Dask's workers are another such pool.

A pool is an executor, as `concurrent.futures` has it, that knows how much it may be given.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Protocol

from autograder import machine
from autograder.batch.work import Answer, Task
from autograder.sandbox.cgroup import cores
from mnist_course.errors import CourseError

Work = Callable[[Task], Answer]


class Pool(Protocol):
    """What a batch needs of whoever grades."""

    deaths: tuple[type[BaseException], ...]  # what a future raises where its worker died
    tries: int  # of a submission whose worker dies

    def places(self) -> int:
        """Return how many submissions may be under way at once."""

    def submit(self, work: Work, task: Task) -> "Future[Answer]":
        """Have a submission graded."""

    def refuse(self, worker: str, why: str) -> None:
        """Give a worker nothing more; raise a CourseError where none is left."""

    def end(self) -> None:
        """Stop what is under way, and leave nothing behind."""


class Processes:
    """Processes of this machine; one that dies is replaced, and costs no other its work."""

    deaths: tuple[type[BaseException], ...] = (BrokenProcessPool,)
    tries = 2

    def __init__(self, number: int) -> None:
        self.slots = [_Slot() for _ in range(number)]

    def places(self) -> int:
        """Return how many there are."""
        return len(self.slots)

    def submit(self, work: Work, task: Task) -> "Future[Answer]":
        """Give a task to one that has none."""
        return next(slot for slot in self.slots if slot.is_free()).submit(work, task)

    def refuse(self, worker: str, why: str) -> None:
        """Give up: what one cannot isolate here, none can."""
        raise CourseError(f"{worker} grades nothing: {why.rstrip('.')}")

    def end(self) -> None:
        """Kill them; their rooms tidy up after themselves."""
        for slot in self.slots:
            slot.end()


class _Slot:
    """One process, in a pool of its own: so it is known whose submission killed it."""

    def __init__(self) -> None:
        self.pool: ProcessPoolExecutor | None = None
        self.future: Future[Answer] | None = None
        self.number: Future[int] | None = None  # of the process

    def is_free(self) -> bool:
        return self.future is None or self.future.done()

    def submit(self, work: Work, task: Task) -> "Future[Answer]":
        for _ in range(2):
            if self.pool is None:
                self._start()
            assert self.pool is not None
            try:
                self.future = self.pool.submit(work, task)
                return self.future
            except BrokenProcessPool:  # it died at leisure, or with its last submission
                self.end()
        raise BrokenProcessPool("processes of this machine die as soon as they are started")

    def _start(self) -> None:
        fresh = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(1, mp_context=fresh, initializer=_begin)
        self.number = self.pool.submit(os.getpid)

    def end(self) -> None:
        if self.pool is None:
            return
        self.pool.shutdown(wait=False, cancel_futures=True)
        with suppress(Exception):  # it is dead
            number = self.number.result(timeout=10) if self.number else 0
            if self.future and not self.future.done():
                machine.kill(number)
        self.pool = None


def _begin() -> None:
    """Leave Ctrl-C to the parent, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
    os._exit(1)


def number_of_workers(wanted: int | None) -> int:
    """Return how many processes to start: one a core of those that this process may use."""
    return wanted or cores()
