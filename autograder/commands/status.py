"""Say where you are: lessons, points, what comes next, and how long the rest takes.

It is also what `autograder` alone says.
"""

import argparse
from typing import TYPE_CHECKING

from autograder.clone import shown
from autograder.screen import Screen, add_plain
from autograder.syllabus import LESSONS, asked_for, lesson_of, names_of

if TYPE_CHECKING:
    from autograder.learner.standing import Standing

ROW = "{:2}{:18} {:>8}  {:>11}  {:>12}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing but how to speak."""
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Show it all on one page."""
    from autograder.learner.standing import at_hand, standing

    screen, now = Screen(args.plain), standing()
    upcoming = at_hand(now)
    screen.line(ROW.format("", "lesson", "solved", "points", "minutes left"), "bold")
    for one in LESSONS:
        here = bool(upcoming) and one == lesson_of(upcoming or "")
        screen.line(_row(now, one, names_of(one), here), "bold" if here else "")
    screen.line(_row(now, "all", list(asked_for()), False))
    screen.line()
    _say_next(screen, now, upcoming)
    _say_memory(screen, now)
    return 0


def _row(now: "Standing", title: str, names: list[str], here: bool) -> str:
    left = now.left(names)
    most = sum(asked_for()[name].points for name in names)
    minutes = sum(asked.minutes for asked in left)
    return ROW.format(
        "> " if here else "", title, f"{len(names) - len(left)} of {len(names)}",
        f"{now.points(names)} of {most}", minutes if left else "done",
    ).rstrip()  # fmt: skip


def _say_next(screen: Screen, now: "Standing", name: str | None) -> None:
    if name is None:
        screen.line("All exercises are solved. Hand them in: autograder submit", "green")
        return
    asked, lesson = asked_for()[name], lesson_of(name)
    screen.line(f"Next: {name}, {asked.points} points, about {asked.minutes} minutes.", "bold")
    file, place = now.file(lesson), now.place(name)
    if file is None:
        screen.line(f"      {lesson} is not here; it comes back with: autograder reset {lesson}")
        return
    line = place.partition(",")[2]
    screen.line(f"      {shown(file.path)}{',' if line else ''}{line}")
    screen.line(f"      when it is written and saved: autograder check {name}")
    screen.line("      or have each save checked:    autograder watch")


def _say_memory(screen: Screen, now: "Standing") -> None:
    from autograder.learner.progress import journal, of_a_clone_that_moved

    days = [record.when for record in now.records.values() if record.when]
    if now.remark:
        screen.line(now.remark, "yellow")
    elif days:
        screen.line(f"Last checked {max(days)[:16].replace('T', ' ')}; kept in {shown(journal())}")
    else:
        screen.line(f"What you solve is remembered in {shown(journal())}")
        if moved := of_a_clone_that_moved():
            screen.line(moved, "yellow")
