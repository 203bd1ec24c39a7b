"""What several commands ask for."""

import argparse
import os
import re
import shlex
from typing import Any

from autograder.syllabus import LESSONS, asked_for, names_of
from mnist_course.errors import CourseError


def add_target(parser: argparse.ArgumentParser, otherwise: str, required: bool = False) -> None:
    """Let a lesson or an exercise be named, and completed by the shell."""
    wanted: Any = parser.add_argument(
        "target", nargs=None if required else "?", metavar="LESSON|EXERCISE",
        help=f"03_conv_layers or just 3, or conv2d ({otherwise})",
    )  # fmt: skip
    wanted.completer = lambda **_: [*LESSONS, *asked_for()]


def add_exercise(parser: argparse.ArgumentParser) -> None:
    """Let an exercise be named; the next one is meant otherwise."""
    wanted: Any = parser.add_argument(
        "exercise",
        nargs="?",
        metavar="EXERCISE",
        help="conv2d, say (the next one, if none is named)",
    )
    wanted.completer = lambda **_: list(asked_for())


def chosen_exercise(text: str | None) -> str:
    """Return the exercise that was named, or the next one."""
    from autograder.clone import understood

    if text is None:
        return _next_exercise()
    lesson, name = understood(text)
    if name is None:
        raise CourseError(
            f"{lesson} is a lesson: name one of its exercises ({', '.join(names_of(lesson))})"
        )
    return name


def _next_exercise() -> str:
    from autograder.learner.standing import at_hand, standing

    name = at_hand(standing())
    if name is None:
        raise CourseError("All exercises are solved: name the one that is meant")
    return name


def add_lesson(parser: argparse.ArgumentParser, meaning: str) -> None:
    """Let a lesson be named, by its name or its number."""
    wanted: Any = parser.add_argument(
        "--lesson", type=_lesson, metavar="NAME", help=f"03_conv_layers, or just 3: {meaning}"
    )
    wanted.completer = lambda **_: list(LESSONS)


def _lesson(text: str) -> str:
    try:
        return chosen_lesson(text)
    except CourseError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Let a grading be repeated."""
    parser.add_argument("--seed", type=_seed, metavar="N", help="repeat a grading exactly")


def _seed(text: str) -> int:
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or int(text) >= 2**31:
        raise argparse.ArgumentTypeError("a seed is a whole number in 0..2147483647")
    return int(text)


def add_timeout(parser: argparse.ArgumentParser, seconds: float = 600.0) -> None:
    """Let the time of a file be bounded."""
    parser.add_argument(
        "--timeout", type=_seconds, default=seconds, metavar="S",
        help=f"seconds for a whole file, by the clock ({seconds:g})",
    )  # fmt: skip


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 1 <= number <= 86_400:
        raise argparse.ArgumentTypeError("a number of seconds, at least 1, at most a day (86400)")
    return number


def add_terms(parser: argparse.ArgumentParser) -> None:
    """Let it be said how files are graded."""
    add_seed(parser)
    parser.add_argument(
        "--data", choices=("digits", "mnist"), default="digits", help="what networks are judged on"
    )
    parser.add_argument(
        "--isolation", choices=("full", "process"), default="full",
        help="process: time and memory are bounded, but nothing is hidden",
    )  # fmt: skip
    add_timeout(parser)


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Let it be said who grades: processes of this machine, or workers of Dask."""
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--workers", type=_number, metavar="N", help="processes here (one a core)")
    who.add_argument(
        "--dask", metavar="ADDRESS", help="a scheduler of Dask with workers (tcp://host:8786)"
    )


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a number of processes, 1 to 1000")
    return int(text)


def add_torch(parser: argparse.ArgumentParser) -> None:
    """Let the CPU build be chosen, as for `make start`."""
    parser.add_argument(
        "--torch", type=_packages, default=os.environ.get("TORCH") or "torch torchvision",
        metavar="TEXT", help="what pip installs for torch: see the README on the CPU build",
    )  # fmt: skip


def _packages(text: str) -> str:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"no words as a shell reads them: {error}") from error
    if not words or not all(text.isprintable() for text in words):
        raise argparse.ArgumentTypeError("what follows `pip install`, in one line")
    return shlex.join(words)


def chosen_lesson(text: str) -> str:
    """Return the lesson that was named, by its name or its number."""
    from autograder.clone import understood

    lesson, name = understood(text)
    if name is not None:
        raise CourseError(f"{name} is an exercise: name a lesson ({', '.join(LESSONS)})")
    return lesson


def repository(text: str) -> str:
    """Return the name of a repository at GitHub, if it is one."""
    if not re.fullmatch(r"[\w-]+/(?!\.{1,2}$)[\w.-]+", text, re.ASCII):
        raise argparse.ArgumentTypeError("a repository is named OWNER/REPOSITORY")
    return text
