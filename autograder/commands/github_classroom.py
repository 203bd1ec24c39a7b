"""Write the workflow by which GitHub Classroom grades, with the points of each exercise.

Commit it in the repository that an assignment starts from.
"""

import argparse
import sys
from pathlib import Path

from autograder.clone import learners_file, root
from autograder.commands.options import (
    add_seed,
    add_timeout,
    add_torch,
    chosen_lesson,
    repository,
)
from autograder.screen import add_plain
from autograder.submission import NoSubmissionError, read
from autograder.syllabus import LESSONS
from mnist_course.errors import CourseError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which lessons; or grade one, as the workflow does."""
    parser.add_argument(
        "--lesson", action="append", metavar="LESSON", help="03_conv_layers, or just 3 (all)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(), metavar="FOLDER",
        help="the repository to write into (the working folder)",
    )  # fmt: skip
    parser.add_argument(
        "--course", type=repository, metavar="OWNER/REPOSITORY",
        help="take the grader from there, and not from the learner's repository",
    )  # fmt: skip
    add_torch(parser)
    parser.add_argument(
        "--grade", metavar="LESSON", help="what the workflow does: grade, and print for Classroom"
    )
    add_seed(parser)
    add_timeout(parser)
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Write the file, or grade one lesson."""
    if args.grade:
        return _grade(chosen_lesson(args.grade), args)
    named = [chosen_lesson(text) for text in args.lesson or LESSONS]
    lessons = [lesson for lesson in LESSONS if lesson in named]
    if not args.output.is_dir():
        raise CourseError(f"{args.output} is no folder: name the repository to write into")
    from autograder.platforms import classroom
    from mnist_course.files import write_atomically

    target = args.output / classroom.WORKFLOW
    text = classroom.workflow(lessons, args.torch, args.course or "").encode()
    word = _what_becomes_of(target, text)
    write_atomically(target, text)
    print(f"{word}: {target}")
    return 0


def _what_becomes_of(target: Path, text: bytes) -> str:
    """Say whether a file is new; one that this command did not write is not replaced."""
    from autograder.platforms.classroom import BY_US

    if not target.exists():
        return "Written"
    before = target.read_bytes() if target.is_file() else b""
    if not before.startswith(BY_US.encode()):
        raise CourseError(
            f"{target} is there, and is not from this command: move it away, or name another folder"
        )
    return "As it was" if before == text else "Written anew, in place of what this command wrote"


def _grade(lesson: str, args: argparse.Namespace) -> int:
    """Print what the reporter reads; what people read goes to the other stream."""
    from autograder.platforms.classroom import no_commands, outputs
    from autograder.platforms.rooms import graded, nothing
    from autograder.report import report_as_text

    try:
        found = graded(read(_learners(lesson)), lesson, args.timeout, args.seed)
        told, verdicts = f"{found.remark}\n{report_as_text(found.report)}", found.report.verdicts
    except NoSubmissionError as error:  # whoever owns the repository can mend that
        told, verdicts = str(error), nothing(lesson, f"{error}.")
    print(no_commands(told), file=sys.stderr)
    for line in outputs(lesson, verdicts):
        print(line)
    return 0


def _learners(lesson: str) -> Path:
    """Return the lesson in this repository: never one of the course that the grader is from."""
    if root() == Path.cwd():
        try:
            return learners_file(lesson)
        except CourseError:
            pass
    raise NoSubmissionError(f"There is no {lesson}.py or .ipynb in lessons")
