"""Grades what lies in Gradescope's folder, and writes what Gradescope reads. It runs there.

Where the grader itself fails, no score is written: Gradescope then shows an error of the
autograder, and nobody has lost points.
"""

import argparse
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.exercise import Check, Verdict
from autograder.nbformats import NoSubmissionError
from autograder.platforms.handed_in import handed_in
from autograder.platforms.rooms import Graded, graded, nothing
from autograder.report import as_json, failed, json_text, mark, report_as_text
from autograder.submission import Submission
from autograder.syllabus import LESSONS
from autograder.texts import one_line
from mnist_course.files import write_atomically

MOST_TEXT = 20_000  # characters of one output: a page has to show them
# How all texts are to be shown: as they are, never as HTML and never as colours.
FORMATS = {"output_format": "text", "test_output_format": "text", "test_name_format": "text"}
SEEN = {"visibility": "visible", "stdout_visibility": "hidden"}


def main(arguments: list[str] | None = None) -> int:
    """Grade; whatever happens, results.json is written."""
    began = time.monotonic()
    args = _parser().parse_args(arguments)
    try:
        results, code = _results(args), 0
    except Exception as error:  # whatever it is: it is not the learner's
        traceback.print_exc(file=sys.stdout)  # which instructors alone see
        results, code = failure(f"{type(error).__name__}: {error}"), 1
    results["execution_time"] = round(time.monotonic() - began, 1)
    write_atomically(args.root / "results" / "results.json", json_text(results).encode())
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=Path("/autograder"))
    parser.add_argument("--lesson", choices=LESSONS, required=True)
    parser.add_argument("--timeout", type=float, default=420.0)
    parser.add_argument("--seed", type=int)
    return parser


def _results(args: argparse.Namespace) -> dict[str, Any]:
    folder = args.root / "submission"
    try:
        submission = handed_in(folder, args.lesson)
    except NoSubmissionError as error:
        print(error)
        return refusal(args.lesson, f"{error}.")
    found = _graded(submission, folder, args)
    print(f"{found.remark}\n{report_as_text(found.report)}")
    return results_of(found)


def _graded(submission: Submission, folder: Path, args: argparse.Namespace) -> Graded:
    """Grade, and name the file as whoever handed it in does."""
    found = graded(submission, args.lesson, args.timeout, args.seed)
    name = submission.path.relative_to(folder).as_posix()
    return replace(found, report=replace(found.report, path=name))


# ---- what Gradescope reads -----------------------------------------------------------------------


def results_of(found: Graded) -> dict[str, Any]:
    """Return a test an exercise, and one that instructors alone see where it was not isolated."""
    report = found.report
    tests = [_test(i, verdict) for i, verdict in enumerate(report.verdicts, 1)]
    return {
        "score": report.score,
        "output": _text(found),
        **FORMATS,
        **SEEN,
        "tests": tests + ([_warning(found.remark)] if found.why else []),
        "extra_data": {"report": as_json(report)},
    }


def _test(number: int, verdict: Verdict) -> dict[str, Any]:
    lines = [verdict.misconception or "", verdict.message, *map(_line, failed(verdict))]
    return {
        "number": str(number),
        "name": verdict.name,
        "score": verdict.score,
        "max_score": verdict.max_score,
        "status": "passed" if verdict.status == "correct" else "failed",
        "output": _shown("\n".join(filter(None, lines)) or "All right."),
        "output_format": "text",
        "tags": [verdict.status],
        "visibility": "visible",
    }


def _line(check: Check) -> str:
    return f"{mark(check)} {check.name}: {check.message}"


def _warning(remark: str) -> dict[str, Any]:
    return {
        "name": "For instructors: how the submission was isolated",
        "status": "failed",
        "output": _shown(remark),
        "output_format": "text",
        "visibility": "hidden",
    }


def _text(found: Graded) -> str:
    """Return what concerns the whole file; not the seed, by which all inputs could be known."""
    report = found.report
    points = f"{one_line(report.path)}: {report.score} of {report.max_score} points."
    warnings = [f"! {one_line(warning)}" for warning in report.warnings]
    printed = ["It printed:", report.output] if report.output else []
    isolation = [found.isolation] if found.why else []
    return _shown("\n".join([points, *isolation, *warnings, *printed]))


def _shown(text: str) -> str:
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]} …"


def refusal(lesson: str, why: str) -> dict[str, Any]:
    """Return no points at all, for what whoever handed it in can mend."""
    tests = [_test(i, verdict) for i, verdict in enumerate(nothing(lesson, why), 1)]
    return {"score": 0, "output": _shown(why), **FORMATS, **SEEN, "tests": tests}


def failure(why: str) -> dict[str, Any]:
    """Return what has no score, on purpose."""
    return {
        "output": "This could not be graded, and that is no fault of what was handed in. Nothing "
        "was taken off; tell your instructor, who sees what went wrong.",
        **FORMATS,
        **SEEN,
        "extra_data": {"error": _shown(one_line(why, 2000))},
    }


if __name__ == "__main__":
    sys.exit(main())
