"""Put an exercise or a lesson back to what the course brought.

What was there before is kept in the folder `backups` beside the file. An exercise is put back in
the .py and in the .ipynb of its lesson, where both are there.
"""

import argparse

from autograder import clone
from autograder.commands.options import add_target
from autograder.screen import add_plain
from autograder.upkeep.resetting import reset_exercise, reset_lesson

__all__ = ["add_arguments", "reset_exercise", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Ask what is to be put back."""
    add_target(parser, "what is put back", required=True)
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Put it back, and say where the old text is."""
    lesson, exercise = clone.understood(args.target)
    print(reset_exercise(exercise) if exercise else reset_lesson(lesson))
    return 0
