"""Give a hint: each time the next of three, from a nudge to nearly the code."""

import argparse

from autograder.commands.options import add_exercise, chosen_exercise
from autograder.screen import Screen, add_plain
from autograder.syllabus import lesson_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let an exercise be named."""
    add_exercise(parser)
    parser.add_argument("--again", action="store_true", help="those that you have seen, and no new")
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Show it."""
    screen, name = Screen(args.plain), chosen_exercise(args.exercise)
    for line in hints(name, again=args.again):
        screen.line(line)
    return 0


def hints(name: str, again: bool = False) -> list[str]:
    """Return the next hint, or those that were seen, and remember it."""
    from autograder import progress
    from autograder.exercises import exercises_of
    from autograder.report import hint
    from autograder.standing import standing

    lesson = lesson_of(name)
    (exercise,) = [one for one in exercises_of(lesson) if one.name == name]
    most, seen = len(exercise.hints), standing().of(name).hints
    if again or seen == most:
        texts = [f"{tier}. {hint(exercise, lesson, tier)}" for tier in range(1, seen + 1)]
        rest = "" if seen == most else f"autograder hint {name} shows the next."
        end = f"These are all {most}." if seen == most else rest
        return [f"{name}: {seen} of {most} hints seen.", *texts, end]
    progress.note_hint(name, seen + 1)
    more = f"   (more: autograder hint {name})" if seen + 1 < most else ""
    return [f"{name}, hint {seen + 1} of {most}{more}", hint(exercise, lesson, seen + 1)]
