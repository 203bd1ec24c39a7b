"""What `batch` and `regrade` do alike: whoever grades is called, and grades what is missing."""

import argparse
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from autograder.batch import gradebook
from autograder.batch.exports import Row
from autograder.batch.grading import Batch, Terms, to_grade
from autograder.batch.layouts import Found
from autograder.batch.pace import Pace
from autograder.batch.pools import Pool, Processes, number_of_workers
from autograder.batch.store import Store
from autograder.syllabus import LESSONS
from autograder.texts import counted

if TYPE_CHECKING:
    from autograder.screen import Screen


def grade_missing(
    found: Sequence[Found], terms: Terms, store: Store, who: argparse.Namespace, screen: "Screen",
    failed: dict[str, str],
) -> None:  # fmt: skip
    """Grade what is not in the store; `who` has workers and dask, `failed` is filled: key, why."""
    waiting = to_grade(found, terms, store)
    screen.line(_plan(len(found), len(waiting), terms.seed))
    if not waiting:
        return
    pool = _pool(who, len(waiting), screen)
    try:
        with Pace(len(waiting), screen) as pace:
            Batch(store, terms, pool, screen.line, pace.advance, failed).run(waiting)
    finally:
        pool.end()


def write_gradebook(store: Store, url: str, rows: Iterable[Row], lessons: Iterable[str]) -> None:
    """Write the scores; where a check was worth other points when it was written, these, too."""
    before: dict[str, int] = json.loads(store.recall("points") or "{}")
    gradebook.write(url, rows, before)
    now = {asked.name: asked.points for one in set(lessons) for asked in LESSONS[one].exercises}
    store.remember(points=json.dumps({**before, **now}))


def _pool(who: argparse.Namespace, waiting: int, screen: "Screen") -> Pool:
    if who.dask:
        from autograder.batch.cluster import Cluster

        return Cluster(who.dask, screen.line)
    return Processes(min(number_of_workers(who.workers), waiting))


def _plan(found: int, waiting: int, seed: int) -> str:
    if not waiting:
        all_of_them = "It is" if found == 1 else f"All {found:,} are"
        return f"{all_of_them} graded already, by seed {seed}."
    others = counted(found - waiting, "is", "are")
    known = f", {others} known or the same as others" if waiting < found else ""
    return f"{waiting:,} to grade by seed {seed}{known}."
