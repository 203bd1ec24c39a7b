"""One batch: what is missing goes to a pool, and what comes back is kept at once."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field

from autograder.batch.layouts import Found
from autograder.batch.pools import Pool, Work
from autograder.batch.store import Store, key_of, missing
from autograder.batch.work import Answer, Task, grade_task
from autograder.nbformats import NoSubmissionError
from mnist_course.errors import CourseError

PAUSE = 0.5  # seconds between two looks for workers


@dataclass(frozen=True)
class Terms:
    """How all submissions of a batch are graded."""

    seed: int
    data: str
    timeout: float
    version: str
    isolation: str = "full"

    def key(self, found: Found) -> str:
        """Return the key of a file's result."""
        return key_of(
            sha256=found.sha256, kind=found.kind, lesson=found.lesson, seed=self.seed,
            data=self.data, timeout=self.timeout, version=self.version, isolation=self.isolation,
        )  # fmt: skip

    def task(self, found: Found) -> Task:
        """Return what a worker is given."""
        return Task(
            self.key(found), f"{found.lesson}{found.kind}", found.lesson, found.content(),
            self.seed, self.data, self.timeout, self.isolation, self.version,
        )  # fmt: skip


@dataclass
class Batch:
    """The state of one batch: who waits, who is under way, what went wrong."""

    store: Store
    terms: Terms
    pool: Pool
    tell: Callable[[str], None]  # of what people should know while it runs
    advance: Callable[[], None]  # after each submission
    failed: dict[str, str] = field(default_factory=dict)  # key: why
    work: Work = grade_task
    _deaths: dict[str, int] = field(default_factory=dict)
    _waiting: deque[Found] = field(default_factory=deque)
    _flying: dict["Future[Answer]", Found] = field(default_factory=dict)

    def run(self, found: Sequence[Found]) -> None:
        """Grade what is to be graded."""
        self._waiting.extend(found)
        while self._waiting or self._flying:
            places = self.pool.places()
            while self._waiting and len(self._flying) < places:
                self._send(self._waiting.popleft())
            done, _ = wait(self._flying, timeout=1, return_when=FIRST_COMPLETED)
            if not self._flying:
                time.sleep(PAUSE)  # no worker is there at the moment
            for future in done:
                self._receive(future, self._flying.pop(future))

    def _send(self, found: Found) -> None:
        try:
            task = self.terms.task(found)
        except NoSubmissionError as error:
            self._give_up(found, str(error))
            return
        self._flying[self.pool.submit(self.work, task)] = found

    def _receive(self, future: "Future[Answer]", found: Found) -> None:
        try:
            answer = future.result()
        except self.pool.deaths as error:
            self._died(found, str(error))
        except CancelledError as error:
            raise CourseError("the scheduler went away") from error
        except Exception as error:
            self._give_up(found, f"{type(error).__name__}: {error}")
        else:
            self._take(answer, found)

    def _take(self, answer: Answer, found: Found) -> None:
        if answer.refused:
            self._waiting.appendleft(found)
            self.pool.refuse(answer.worker, answer.refused)
        elif answer.report is None:
            self._give_up(found, answer.failed)
        else:
            self.store.keep(self.terms.key(found), answer.report, answer.worker)
            self.advance()

    def _died(self, found: Found, why: str) -> None:
        """Try it once more: it may have been another's fault."""
        key = self.terms.key(found)
        self._deaths[key] = self._deaths.get(key, 0) + 1
        if self._deaths[key] < self.pool.tries:
            self.tell(f"A worker died at {found.path}: another one tries it once more.")
            self._waiting.appendleft(found)
        else:
            self._give_up(found, f"its worker died, and so did the next: {why}")

    def _give_up(self, found: Found, why: str) -> None:
        self.failed[self.terms.key(found)] = why
        self.tell(f"{found.path} could not be graded: {why}")
        self.advance()


def to_grade(found: Sequence[Found], terms: Terms, store: Store) -> list[Found]:
    """Return what is missing: of files that are the same, one."""
    by_key = {terms.key(one): one for one in reversed(found)}
    return [by_key[key] for key in missing(map(terms.key, found), store.known())]
