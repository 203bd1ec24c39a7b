"""Give a hint: each time the next of three, from a nudge to nearly the code."""

import argparse

from autograder.commands.options import add_exercise, chosen_exercise
from autograder.screen import Screen, add_plain


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let an exercise be named."""
    add_exercise(parser)
    parser.add_argument("--again", action="store_true", help="those that you have seen, and no new")
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Show it."""
    from autograder.learner.hints import hints

    screen, name = Screen(args.plain), chosen_exercise(args.exercise)
    for line in hints(name, again=args.again):
        screen.line(line)
    return 0
