"""Grade learners' files, each in a room of its own.

Prints what was tried, expected and got, exercise by exercise. Ends with 0 for all points, with 1
where points are missing, with 2 where a file could not be graded.
"""

import argparse
import secrets
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.demands import demand_data, demand_places
from autograder.commands.options import add_lesson, add_terms
from autograder.sandbox.host import IsolationError, Limits, Zygote
from autograder.screen import add_plain, in_words
from autograder.submission import NoSubmissionError, Submission, lesson_of_file, read
from autograder.syllabus import names_of
from autograder.texts import one_line

if TYPE_CHECKING:
    from autograder.key import Key
    from autograder.report import Report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what to grade, how, and where the results go."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help=".py, .ipynb or a bundle"
    )
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the report as JSON")
    parser.add_argument("--html", type=Path, metavar="OUT", help="write it as a page")
    add_lesson(parser, "where no name tells it")
    add_terms(parser)
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Grade every file; one that cannot be graded spares the others."""
    demand_places((args.json, args.html), args.files)
    demand_data(args.data)
    reports: list[Report] = []
    found = [_found(path, args.lesson) for path in args.files]
    if not any(found):
        return 2
    with ExitStack() as stack:
        zygotes = _zygotes([lesson for _, lesson in filter(None, found)], args, stack)
        key = _key(args)
        for zygote in zygotes.values():
            zygote.wait()
        for submission, lesson in filter(None, found):
            try:
                reports.append(_graded(submission, lesson, zygotes[lesson], key, args.plain))
            except Exception as error:  # it may not cost the other files their grades
                kind = "" if isinstance(error, IsolationError) else f"{type(error).__name__}: "
                _spared(f"{submission.path} could not be graded. {kind}{error}")
    _write(reports, args)
    if len(reports) < len(found):
        return 2
    return 0 if all(report.score == report.max_score for report in reports) else 1


def _found(path: Path, lesson: str | None) -> tuple[Submission, str] | None:
    """Read a file, and tell its lesson; say why it cannot be graded, if it cannot."""
    try:
        submission = read(path)
        return submission, lesson or lesson_of_file(submission)
    except NoSubmissionError as error:
        _spared(str(error))
    except Exception as error:  # a fault of ours: it may not cost the other files their grades
        _spared(f"{path} could not be read ({type(error).__name__}: {error})")
    return None


def _spared(why: str) -> None:
    """Say why a file is left out."""
    print(f"autograder grade: {one_line(why, 2000)}", file=sys.stderr)


def _zygotes(
    lessons: Sequence[str], args: argparse.Namespace, stack: ExitStack
) -> dict[str, Zygote]:
    """Start one for each lesson; they import torch while this process does."""
    limits = Limits(seconds=args.timeout)
    return {
        lesson: stack.enter_context(Zygote(lesson, set(names_of(lesson)), args.isolation, limits))
        for lesson in dict.fromkeys(lessons)
    }


def _key(args: argparse.Namespace) -> "Key":
    """Draw a seed where none is given."""
    import torch

    from autograder.key import Key

    torch.set_num_threads(1)
    return Key(secrets.randbits(31) if args.seed is None else args.seed, args.data)


def _graded(
    submission: "Submission", lesson: str, zygote: Zygote, key: "Key", plain: bool
) -> "Report":
    from autograder.marking import mark
    from autograder.report import report_as_text

    report = mark(submission, lesson, zygote, key)
    text = report_as_text(report)
    print(in_words(text) if plain else text, flush=True)
    return report


def _write(reports: "Sequence[Report]", args: argparse.Namespace) -> None:
    """Write the reports: one by itself, several as a list."""
    from mnist_course.files import write_atomically

    if args.json and reports:
        from autograder.report import as_json, json_text

        found = [as_json(report) for report in reports]
        content = found if len(args.files) > 1 else found[0]
        write_atomically(args.json, json_text(content).encode())
    if args.html and reports:
        from autograder.page import as_page

        write_atomically(args.html, as_page(reports).encode(errors="replace"))
