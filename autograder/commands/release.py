"""Make an nbgrader course of the lessons: notebooks, a configuration, a gradebook.

In its folder nbgrader's own commands work, and its formgrader; notebooks are graded in rooms of
their own. Run again it writes what is new; what you changed there is left alone.
"""

import argparse
from pathlib import Path
from shlex import quote
from typing import Any

from autograder.release import ROOT
from autograder.screen import add_plain
from autograder.syllabus import LESSONS
from mnist_course.errors import CourseError

FOLDER = ROOT / "build" / "nbgrader"
NOT_OURS = """
{} was there, and was left alone. As it is, nbgrader itself runs what learners hand in,
with no room around it. To have this engine grade, write behind `c = get_config()`:
    from autograder.nbgrading import configure
    configure(c)"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which lessons, and where to."""
    lessons: Any = parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="03_conv_layers or just 3 (all of them)"
    )
    lessons.completer = lambda **_: list(LESSONS)
    parser.add_argument(
        "--to", type=Path, default=FOLDER, metavar="FOLDER",
        help="the folder of the course (build/nbgrader)",
    )  # fmt: skip
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Write the course; say what was written, and what comes next."""
    lessons = [_lesson(text) for text in args.lessons] or list(LESSONS)
    folder = args.to.expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file: name a folder")
    from autograder.nbgrading import course

    for path, state in course.write(folder, dict.fromkeys(lessons)).items():
        print(f"{path.relative_to(folder)}: {state}")
    if not course.is_ours(folder):
        print(NOT_OURS.format(folder / course.CONFIG_FILE))
    print(f"\nNext:\n    cd {quote(str(folder))}\n    nbgrader generate_assignment {lessons[0]}")
    return 0


def _lesson(text: str) -> str:
    from autograder.clone import understood

    lesson, name = understood(text)
    if name is not None:
        raise CourseError(f"{text} is an exercise: name a lesson ({', '.join(LESSONS)})")
    return lesson
