"""Grade a class: all files in a folder or a zip, in parallel, resumable.

Files may come as nbgrader, Moodle and Canvas lay them, as student_lesson.py, as bundles, or as a
folder of clones. The same command goes on where it was stopped. Ends with 0 if all were graded,
with 1 if some could not be, with 2 if nothing could be done.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.demands import demand_data
from autograder.commands.options import add_seed, add_timeout
from autograder.screen import Screen, add_plain
from autograder.syllabus import LESSONS
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from autograder.batch.exports import Row
    from autograder.batch.grading import Terms
    from autograder.batch.layouts import Survey
    from autograder.batch.pools import Pool
    from autograder.batch.store import Store

MOST_SHOWN = 10  # files that are left out


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what to grade, by whom, and where the results go."""
    parser.add_argument(
        "submissions", type=Path, metavar="SUBMISSIONS", help="a folder or a zip with all of them"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("batch"), metavar="FOLDER", help="the results (batch)"
    )
    parser.add_argument(
        "--gradebook", metavar="URL", help="nbgrader's gradebook (FOLDER/gradebook.db)"
    )
    parser.add_argument("--lesson", choices=LESSONS, metavar="NAME", help="this one and no other")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--workers", type=_number, metavar="N", help="processes here (one a core)")
    who.add_argument(
        "--dask", metavar="ADDRESS", help="a scheduler of Dask with workers (tcp://host:8786)"
    )
    add_seed(parser)
    parser.add_argument(
        "--data", choices=("digits", "mnist"), default="digits", help="what networks are judged on"
    )
    add_timeout(parser)
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Grade what is missing, and write all results anew."""
    from autograder.batch.gradebook import demand_gradebook, url_of
    from autograder.batch.layouts import survey
    from autograder.batch.store import Store

    demand_data(args.data)
    screen = Screen(args.plain)
    found = survey(args.submissions, args.lesson)
    _tell_what_was_found(found, screen)
    if not found.found:
        raise CourseError(f"{args.submissions} holds nothing that can be graded")
    store = Store(args.out)
    try:
        args.gradebook = url_of(args.gradebook, args.out)
        demand_gradebook(args.gradebook, {one.lesson for one in found.found})
        return _graded(args, found, store, screen)
    finally:
        store.close()


def _graded(args: argparse.Namespace, found: "Survey", store: "Store", screen: Screen) -> int:
    from autograder.batch import gradebook
    from autograder.batch.exports import write_all
    from autograder.batch.grading import Terms
    from autograder.batch.store import version_of_the_checks

    terms = Terms(store.seed(args.seed), args.data, args.timeout, version_of_the_checks())
    failed: dict[str, str] = {}
    stopped: BaseException | None = None
    try:
        _grade_missing(args, found, terms, store, screen, failed)
    except (KeyboardInterrupt, CourseError) as error:
        stopped = error
    rows = _rows(found, terms, store, failed)
    _remember(args, store, terms, rows)
    write_all(args.out, rows, found.left_out)
    gradebook.write(args.gradebook, rows)
    return _end(rows, args.out, stopped, screen)


def _remember(args: argparse.Namespace, store: "Store", terms: "Terms", rows: "list[Row]") -> None:
    """Keep what a regrading and a report of the class ask for."""
    store.list_anew(row.listed(terms.key(row.found)) for row in rows)
    store.remember(
        place=str(args.submissions.absolute()), lesson=args.lesson or "", data=terms.data,
        timeout=repr(terms.timeout),
    )  # fmt: skip


def _grade_missing(
    args: argparse.Namespace, found: "Survey", terms: "Terms", store: "Store", screen: Screen,
    failed: dict[str, str],
) -> None:  # fmt: skip
    from autograder.batch.grading import Batch, to_grade
    from autograder.batch.pace import Pace

    waiting = to_grade(found.found, terms, store)
    screen.line(_plan(len(found.found), len(waiting), terms.seed))
    if not waiting:
        return
    pool = _pool(args, len(waiting), screen)
    try:
        with Pace(len(waiting), screen) as pace:
            Batch(store, terms, pool, screen.line, pace.advance, failed).run(waiting)
    finally:
        pool.end()


def _pool(args: argparse.Namespace, waiting: int, screen: Screen) -> "Pool":
    from autograder.batch.pools import Processes, number_of_workers

    if args.dask:
        from autograder.batch.cluster import Cluster

        return Cluster(args.dask, screen.line)
    return Processes(min(number_of_workers(args.workers), waiting))


def _plan(found: int, waiting: int, seed: int) -> str:
    if not waiting:
        return f"All {found:,} are graded already, by seed {seed}."
    known = f", {found - waiting:,} are known or the same as others" if waiting < found else ""
    return f"{waiting:,} to grade by seed {seed}{known}."


def _rows(found: "Survey", terms: "Terms", store: "Store", failed: dict[str, str]) -> "list[Row]":
    from autograder.batch.exports import Row

    keys = [(one, terms.key(one)) for one in found.found]
    return [Row(one, store.report(key), failed.get(key, "")) for one, key in keys]


def _tell_what_was_found(found: "Survey", screen: Screen) -> None:
    learners = len({one.owner.learner for one in found.found})
    screen.line(f"{len(found.found):,} submissions of {learners:,} learners.")
    if found.others:
        screen.line(f"{found.others:,} files of other lessons are left aside.")
    if found.left_out:
        screen.line(f"{len(found.left_out):,} files are left out:")
    for path, why in found.left_out[:MOST_SHOWN]:
        screen.line(f"  {path}: {why}")
    if len(found.left_out) > MOST_SHOWN:
        screen.line(f"  and {len(found.left_out) - MOST_SHOWN:,} more: see left_out.csv")


def _end(rows: "list[Row]", folder: Path, stopped: BaseException | None, screen: Screen) -> int:
    graded = sum(row.report is not None for row in rows)
    screen.line(f"{graded:,} of {len(rows):,} are graded; the results are in {folder}.")
    if stopped is not None:
        screen.line("What is graded is kept. The same command goes on from here.")
        raise stopped
    if graded == len(rows):
        return 0
    return 1 if graded else 2


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a number of processes, 1 to 1000")
    return int(text)
