"""Write what GitHub Classroom grades with: a workflow, with the points of each exercise.

Commit both files in the repository that an assignment starts from.
"""

import argparse
import sys
from pathlib import Path

from autograder.clone import learners_file
from autograder.commands.options import (
    add_seed,
    add_timeout,
    add_torch,
    chosen_lesson,
    repository,
)
from autograder.screen import add_plain
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
    """Write both files, or grade one lesson."""
    if args.grade:
        return _grade(chosen_lesson(args.grade), args)
    named = [chosen_lesson(text) for text in args.lesson or LESSONS]
    lessons = [lesson for lesson in LESSONS if lesson in named]
    if not args.output.is_dir():
        raise CourseError(f"{args.output} is no folder: name the repository to write into")
    from autograder.platforms import classroom
    from mnist_course.files import write_atomically

    for name, text in (
        (classroom.WORKFLOW, classroom.workflow(lessons, args.torch, args.course or "")),
        (classroom.TESTS, classroom.tests(lessons)),
    ):
        write_atomically(args.output / name, text.encode())
        print(f"Written: {args.output / name}")
    return 0


def _grade(lesson: str, args: argparse.Namespace) -> int:
    """Print what the reporter reads; what people read goes to the other stream."""
    from autograder.platforms.classroom import outputs
    from autograder.platforms.rooms import graded
    from autograder.report import report_as_text
    from autograder.submission import read

    found = graded(read(learners_file(lesson)), lesson, args.timeout, args.seed)
    print(f"{found.remark}\n{report_as_text(found.report)}", file=sys.stderr)
    for line in outputs(found.report):
        print(line)
    return 0
