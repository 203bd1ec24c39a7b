"""Workers of Dask, behind a scheduler that is there: the same work, on other machines.

Each worker process keeps its rooms warm. Give workers one thread each: what one process grades it
grades one after the other. Whoever may speak with the scheduler may run code on the workers: that
is Dask's way, so keep it in a network of your own.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from autograder.batch.pools import Work
from autograder.batch.work import Answer, Task, own_version
from mnist_course.errors import CourseError

PATIENCE = 30.0  # seconds for the scheduler to answer, and for a first worker
LOOK = 2.0  # seconds between two looks at who is there


class Cluster:
    """The workers of a scheduler; those that refuse are given nothing more."""

    def __init__(self, address: str, tell: Callable[[str], None]) -> None:
        try:
            from distributed import Client
            from distributed.scheduler import KilledWorker
        except ModuleNotFoundError as error:
            raise CourseError("--dask needs a package: pip install 'dask[distributed]'") from error
        _hush()
        self.deaths: tuple[type[BaseException], ...] = (KilledWorker,)
        self.tries = 1  # the scheduler itself tries again: `allowed-failures` says how often
        self.address, self.tell, self.refused = address, tell, dict[str, str]()
        self.known, self.looked = dict[str, int](), 0.0
        try:
            self.client: Any = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, ImportError) as error:
            raise CourseError(f"no scheduler of Dask answers at {address}") from error
        try:
            self._meet()
        except BaseException:
            self.end()
            raise

    def _meet(self) -> None:
        """Wait for a worker, and ask all which version of the checks they have."""
        try:
            self.client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise CourseError(f"the scheduler at {self.address} has no workers") from error
        for worker, said in self.client.run(own_version, on_error="return").items():
            if isinstance(said, BaseException):
                self.refuse(worker, f"it has not the course ({type(said).__name__}: {said})")
            elif said != own_version():
                self.refuse(worker, "it has another version of the course")

    def places(self) -> int:
        """Return how many threads there are: workers may come and go."""
        if self.client.status != "running":
            raise CourseError(f"the scheduler at {self.address} went away")
        if time.monotonic() > self.looked + LOOK:
            try:
                self.known = self.client.nthreads()
            except (OSError, AttributeError) as error:
                raise CourseError(f"the scheduler at {self.address} went away") from error
            self.looked = time.monotonic()
        return sum(count for worker, count in self.known.items() if worker not in self.refused)

    def submit(self, work: Work, task: Task) -> "Future[Answer]":
        """Have the scheduler choose a worker: any, or one of those that do not refuse."""
        good = [worker for worker in self.known if worker not in self.refused]
        some = {"workers": good, "allow_other_workers": False} if self.refused else {}
        future: Future[Answer] = self.client.get_executor(pure=False).submit(work, task, **some)
        return future

    def refuse(self, worker: str, why: str) -> None:
        """Give a worker nothing more, and raise where none is left."""
        new, self.refused[worker] = worker not in self.refused, why
        if not set(self.client.nthreads()) - set(self.refused):
            told = "; ".join(f"{name}: {why.rstrip('.')}" for name, why in self.refused.items())
            raise CourseError(f"none of the workers can grade ({told})")
        if new:
            self.tell(f"The worker {worker} is left out: {why}")

    def end(self) -> None:
        """Cancel what waits, and say goodbye; the workers stay as they are."""
        with suppress(Exception):
            self.client.close(timeout=5)


def _hush() -> None:
    """Keep Dask and what carries its messages from logging, with tracebacks, what a line tells."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
