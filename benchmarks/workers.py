"""What a batch can take: throughput by workers of Dask here, and on paper for a hundred thousand.

python -m benchmarks.workers [--real N] [--empty N] [--kept N]

Measured are real gradings of lesson 3 (without loops) and empty ones, which show what client,
scheduler and store can pass; then the listing of files, the keeping of results, and the end of
a batch: all exports and the gradebook. All run on this machine, so more workers than cores show
nothing for real gradings.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from autograder.batch.cluster import Cluster
from autograder.batch.exports import Rows, write_all
from autograder.batch.gradebook import url_of
from autograder.batch.gradebook import write as write_gradebook
from autograder.batch.grading import Batch, Terms, to_grade
from autograder.batch.layouts import Found, survey
from autograder.batch.pools import Work
from autograder.batch.store import Store, version_of_the_checks
from autograder.batch.work import Answer, Task, grade_task, me
from autograder.syllabus import LESSONS
from benchmarks.made_class import LESSON, ROOT, made_class

PAPER = 100_000
ON_PAPER = (1, 2, 8, 32, 128)
WORDS = "A check that failed says what was tried, expected and found, and what to do next. " * 2


def main() -> None:
    """Measure each part, and put them together."""
    args = _arguments()
    print(f"{len(os.sched_getaffinity(0))} cores; load before: {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        listed = _class(folder / "real", args.real)
        print("\nworkers of Dask here: submissions a minute")
        real = {count: _rate(listed, folder, count, grade_task) for count in (1, 2)}
        several = _copies(listed[0], folder / "empty", args.empty)
        empty = {count: _rate(several, folder, count, nothing) for count in (1, 2, 4)}
        _print_rates(real, empty)
        parts = _parts(folder, args.kept)
    _print_paper(real[1], max(empty.values()), parts)
    print(f"load after: {os.getloadavg()[0]:.1f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--real", type=int, default=40, help="real gradings")
    parser.add_argument("--empty", type=int, default=1000, help="gradings that take no time")
    parser.add_argument("--kept", type=int, default=10_000, help="results to list, keep, export")
    return parser.parse_args()


def nothing(task: Task) -> Answer:
    """Grade nothing: answer with a report of the usual size."""
    return Answer(me(), report_like(task.content))


def report_like(content: bytes) -> dict[str, Any]:
    """Return a made-up report in which nothing was right: those are the long ones."""
    check = {"name": "a check of values", "score": 0, "max_score": 1, "status": "wrong"}
    exercises = [
        {"name": asked.name, "score": 0, "max_score": asked.points, "status": "wrong",
         "misconception": None, "message": WORDS, "where": "line 91 of 03_conv_layers.py",
         "checks": asked.points * [{**check, "message": WORDS[:80]}]}
        for asked in LESSONS[LESSON].exercises
    ]  # fmt: skip
    submission = {"path": f"{LESSON}.ipynb", "sha256": hashlib.sha256(content).hexdigest()}
    return {
        "schema": 1, "lesson": LESSON, "submission": submission, "isolation": "full", "seed": 1,
        "score": 0, "max_score": 64, "seconds": 0.5, "exercises": exercises, "warnings": [],
        "output": "",
    }  # fmt: skip


# ---- workers of Dask -----------------------------------------------------------------------------


def _class(place: Path, count: int) -> list[Found]:
    made = [one for one in made_class(2 * count + 20, 1) if one.kind not in ("loop", "broken")]
    for one in made[:count]:
        one.write(place)
    return survey(place).found


def _copies(like: Found, place: Path, count: int) -> list[Found]:
    """Return as many as are wanted, which differ in their learner's name."""
    text = like.content().decode()
    for number in range(count):
        folder = place / f"copy{number:06}" / LESSON
        folder.mkdir(parents=True)
        content = text.replace(like.owner.learner, f"copy{number:06}")
        (folder / f"{LESSON}.ipynb").write_text(content, encoding="utf-8")
    return survey(place).found


@contextmanager
def _cluster(workers: int) -> Iterator[str]:
    """Start a scheduler and workers in processes of their own, and return its address."""
    line = [sys.executable, str(ROOT / "tests" / "batch_cluster.py"), str(workers)]
    process = subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())[0]
    finally:
        process.communicate()


def _rate(found: list[Found], folder: Path, workers: int, work: Work) -> float:
    """Return how many a minute are graded and kept, when every worker is warm."""
    with _cluster(workers) as address, tempfile.TemporaryDirectory(dir=folder) as out:
        pool, store = Cluster(address, print), Store(Path(out))
        try:
            _run(found[: 2 * workers], pool, store, work)
            began = monotonic()
            _run(found, pool, store, work)
            return 60 * (len(found) - 2 * workers) / (monotonic() - began)
        finally:
            pool.end()
            store.close()


def _run(found: list[Found], pool: Cluster, store: Store, work: Work) -> None:
    terms = Terms(1, "digits", 600.0, version_of_the_checks())
    batch = Batch(store, terms, pool, print, lambda: None, work=work)
    batch.run(to_grade(found, terms, store))
    if batch.failed:
        raise RuntimeError(str(batch.failed))


def _print_rates(real: dict[int, float], empty: dict[int, float]) -> None:
    for name, rates in (("real gradings", real), ("empty gradings", empty)):
        told = ", ".join(f"{count}: {rate:,.0f}" for count, rate in rates.items())
        print(f"    {name:16}{told}", flush=True)


# ---- what the client does ------------------------------------------------------------------------


def _parts(folder: Path, count: int) -> dict[str, float]:
    """Measure listing, keeping and the end of a batch; return the seconds a submission."""
    queue: Any = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(
        target=_measure_parts, args=(folder, count, queue)
    )
    process.start()
    parts: dict[str, float] = queue.get()
    process.join()
    memory = parts.pop("memory")
    print(f"\nthe client, {count:,} submissions: ms each")
    for name, seconds in parts.items():
        print(f"    {name:24}{1000 * seconds:8.2f}")
    print(f"    its memory, at most: {memory / 2**20:,.0f} MB", flush=True)
    return parts


def _measure_parts(folder: Path, count: int, queue: Any) -> None:
    first = survey(folder / "real").found[0]
    _copies(first, folder / "many", count)
    parts, out = {}, folder / "kept"
    store, terms = Store(out), Terms(1, "digits", 600.0, "made up")
    found, parts["listing the files"] = _timed(lambda: survey(folder / "many").found, count)
    _, parts["keeping results"] = _timed(lambda: _keep(found, terms, store), count)
    rows, book = Rows(found, terms.key, store.report, {}), url_of(None, out)
    _, parts["exports"] = _timed(lambda: write_all(out, rows, []), count)
    _, parts["the gradebook"] = _timed(lambda: write_gradebook(book, rows), count)
    _, parts["the gradebook again"] = _timed(lambda: write_gradebook(book, rows), count)
    parts["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    queue.put(parts)


def _timed(action: Callable[[], Any], count: int) -> tuple[Any, float]:
    began = monotonic()
    found = action()
    return found, (monotonic() - began) / count


def _keep(found: list[Found], terms: Terms, store: Store) -> None:
    for one in found:
        store.keep(terms.key(one), report_like(one.content()), "a worker")


# ---- on paper ------------------------------------------------------------------------------------


def _print_paper(one: float, passed: float, parts: dict[str, float]) -> None:
    """Print what so many submissions take, from what one worker grades and the client passes."""
    alone = PAPER * sum(parts[name] for name in parts if name != "keeping results") / 3600
    print(f"\non paper: {PAPER:,} submissions of lesson 3, without loops")
    print(f"    {'workers':>8}{'a minute':>10}{'hours':>8}{'worker hours':>14}")
    for workers in ON_PAPER:
        rate = min(workers * one, passed)
        hours = PAPER / rate / 60 + alone
        print(f"    {workers:8}{rate:10,.0f}{hours:8.1f}{workers * hours:14,.0f}")
    print(f"    {alone:.1f} of these hours the client lists and writes by itself;")
    print(f"    from {passed / one:.0f} workers on it is client and scheduler that limit.")


if __name__ == "__main__":
    main()
