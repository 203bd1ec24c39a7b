"""Grade a class: all files in a folder or a zip, in parallel, resumable.

Files may come as nbgrader, Moodle and Canvas lay them, as student_lesson.py, as bundles, or as a
folder of clones. The same command goes on where it was stopped. Ends with 0 if all were graded,
with 1 if some could not be, with 2 if nothing could be done.
"""

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.demands import demand_data
from autograder.commands.options import add_lesson, add_terms, add_workers  # fmt: skip
from autograder.screen import Screen, add_plain
from autograder.texts import counted
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from autograder.batch.exports import Rows
    from autograder.batch.grading import Terms
    from autograder.batch.layouts import Survey
    from autograder.batch.store import Store

MOST_SHOWN = 10  # files that are left out
NEW_CHECKS = (
    "The course has changed since the last batch, so all are graded anew. To see first whose "
    "points that moves, stop with Ctrl-C and run:"
)


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
    add_lesson(parser, "this one and no other")
    add_workers(parser)
    add_terms(parser)
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
    from autograder.batch.grading import Terms
    from autograder.batch.store import version_of_the_checks

    seed, version = store.seed(args.seed), version_of_the_checks()
    terms = Terms(seed, args.data, args.timeout, version, args.isolation)
    changed = _tell_of_new_checks(args.out, store, terms, screen)
    failed: dict[str, str] = {}
    stopped = _grade_missing(args, found, terms, store, screen, failed)
    if stopped and changed:  # results half of one version and half of another tell nobody anything
        screen.line(f"The results in {args.out} are as they were; what is graded anew is kept.")
        raise stopped
    rows = _rows(found, terms, store, failed)
    _save(args, found, store, terms, rows)
    return _end(rows, args.out, stopped, screen)


def _tell_of_new_checks(folder: Path, store: "Store", terms: "Terms", screen: Screen) -> bool:
    """Say so where the results that are there are those of other checks."""
    changed = store.recall("version") not in (None, terms.version)
    if changed:
        screen.line(f"{NEW_CHECKS} autograder regrade {shlex.quote(str(folder))}")
    return changed


def _grade_missing(
    args: argparse.Namespace, found: "Survey", terms: "Terms", store: "Store", screen: Screen,
    failed: dict[str, str],
) -> BaseException | None:  # fmt: skip
    """Grade what has no result; return what stopped it, if anything did."""
    from autograder.batch.running import grade_missing

    try:
        grade_missing(found.found, terms, store, args, screen, failed)
    except (KeyboardInterrupt, CourseError) as error:
        return error
    return None


def _save(
    args: argparse.Namespace, found: "Survey", store: "Store", terms: "Terms", rows: "Rows"
) -> None:
    from autograder.batch.exports import write_all
    from autograder.batch.running import write_gradebook

    _remember(args, store, terms, rows)
    write_all(args.out, rows, found.left_out)
    write_gradebook(store, args.gradebook, rows, {one.lesson for one in found.found})


def _remember(args: argparse.Namespace, store: "Store", terms: "Terms", rows: "Rows") -> None:
    """Keep what a regrading and a report of the class ask for."""
    from autograder.batch.gradebook import kept

    store.list_anew(
        (row.listed(terms.key(row.found)) for row in rows),
        place=str(args.submissions.absolute()), lesson=args.lesson or "", data=terms.data,
        timeout=repr(terms.timeout), gradebook=kept(args.gradebook, args.out),
        version=terms.version, isolation=terms.isolation,
    )  # fmt: skip


def _rows(found: "Survey", terms: "Terms", store: "Store", failed: dict[str, str]) -> "Rows":
    from autograder.batch.exports import Rows

    return Rows(found.found, terms.key, store.report, failed)


def _tell_what_was_found(found: "Survey", screen: Screen) -> None:
    learners = len({one.owner.learner for one in found.found})
    submissions = counted(len(found.found), "submission")
    screen.line(f"{submissions} of {counted(learners, 'learner')}.")
    if found.others:
        others = counted(found.others, "file of another lesson is", "files of other lessons are")
        screen.line(f"{others} left aside.")
    if found.left_out:
        screen.line(f"{counted(len(found.left_out), 'file is', 'files are')} left out:")
    for path, why in found.left_out[:MOST_SHOWN]:
        screen.line(f"  {path}: {why}")
    if len(found.left_out) > MOST_SHOWN:
        where = ": see left_out.csv" if found.found else "."  # which is written with results
        screen.line(f"  and {len(found.left_out) - MOST_SHOWN:,} more{where}")


def _end(rows: "Rows", folder: Path, stopped: BaseException | None, screen: Screen) -> int:
    graded = sum(row.report is not None for row in rows)
    are = "is" if 1 in (graded, len(rows.found)) else "are"
    screen.line(f"{graded:,} of {len(rows.found):,} {are} graded; the results are in {folder}.")
    if stopped is not None:
        screen.line("What is graded is kept. The same command goes on from here.")
        raise stopped
    if graded == len(rows.found):
        return 0
    return 1 if graded else 2
