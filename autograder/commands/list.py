"""List the exercises: points, minutes, and which are solved."""

import argparse
from typing import TYPE_CHECKING

from autograder.commands.options import add_target
from autograder.screen import STYLES, UNTRIED, Screen, add_plain
from autograder.syllabus import LESSONS, Asked, names_of

if TYPE_CHECKING:
    from autograder.learner.standing import Standing


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let one lesson be named."""
    add_target(parser, "all lessons, if none is named")
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Print them, lesson by lesson."""
    from autograder.clone import understood
    from autograder.learner.standing import standing

    lesson, exercise = understood(args.target) if args.target else (None, None)
    screen, now = Screen(args.plain), standing()
    for one, about in LESSONS.items():
        if one == (lesson or one):
            screen.line(f"{one}  {about.title}", "bold")
            for asked in about.exercises:
                if asked.name == (exercise or asked.name):
                    _say(screen, now, asked)
    solved = len(now.solved([name for one in LESSONS for name in names_of(one)]))
    screen.line(f"{solved} solved. {now.remark}".strip())
    return 0


def _say(screen: Screen, now: "Standing", asked: Asked) -> None:
    record = now.of(asked.name)
    points = f"{record.score} of {asked.points}"
    wrong = record.status not in ("correct", *UNTRIED)
    remarks = [record.status] if wrong else []
    remarks += ["changed since it was checked"] if now.changed(asked.name) else []
    remarks += (
        [f"{record.hints} hint{'s' if record.hints > 1 else ''} seen"] if record.hints else []
    )
    row = f"  {screen.sign(record.status)} {asked.name:22} {points:>9} {asked.minutes:>4} min"
    screen.line(f"{row}  {', '.join(remarks)}".rstrip(), _style(record.status))


def _style(status: str) -> str:
    sign = "✓" if status == "correct" else "·" if status == "not_attempted" else "✗"
    return "" if sign == "·" else STYLES[sign]
