"""Watch your files: each save is checked at once, and what turns green makes way for the next.

Keys: h hint, l list, n next, c check again, r reset, q quit. Ctrl-C quits, too.
"""

import argparse
import queue
import sys
from typing import TYPE_CHECKING

from autograder.clone import learners_file, shown, understood
from autograder.commands.options import add_target
from autograder.screen import Screen, add_plain
from autograder.syllabus import asked_for, names_of
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from autograder.learner.watching import Watching

TICK = 0.1  # seconds
FOOTER = "h hint   l list   n next   c check   r reset   q quit"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say where to begin."""
    add_target(parser, "the lesson that you saved last, if nothing is named")
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Watch until somebody quits."""
    from autograder.learner.saves import Saves
    from autograder.learner.watching import watching
    from autograder.machine import keyboard

    lesson, name = understood(args.target) if args.target else (None, None)
    screen, state = Screen(args.plain), watching(lesson, name)
    folder = learners_file(state.lesson).parent
    shows = _Lines(screen) if screen.plain or not screen.terminal else _Page(screen)
    with Saves(folder, lambda path: state.events.put(("saved", path))), keyboard() as key:
        state.begin()
        shows.show(state)
        while not state.over:
            pressed = key(TICK)
            if pressed:
                state.events.put(("key", pressed))
            if _take_all(state) or shows.resized():
                shows.show(state)
    shows.end()
    return 0


def _take_all(state: "Watching") -> bool:
    """Take in what happened since; tell whether anything did."""
    happened = False
    while True:
        try:
            kind, what = state.events.get_nowait()
        except queue.Empty:
            return happened
        state.take(kind, what)
        happened = True


class _Page:
    """Shows the state as a page, drawn anew whenever something changes."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.width = screen, screen.width

    def resized(self) -> bool:
        """Tell whether the window is another size than when it was drawn."""
        return self.screen.width != self.width

    def show(self, state: "Watching") -> None:
        """Draw it, in one go: a window that is empty in between would flicker."""
        self.width = self.screen.width
        with self.screen.console.capture() as page:
            self._draw(state)
        self.screen.clear()
        sys.stdout.write(page.get())
        sys.stdout.flush()

    def _draw(self, state: "Watching") -> None:
        screen = self.screen
        screen.line(title(state), "bold")
        for text in state.news:
            screen.line(f"✓ {text}", "green")
        for verdict in state.verdicts.values():
            screen.verdict(verdict)
        if state.busy:
            screen.line("checking …", "dim")
        elif state.name and state.name not in state.verdicts:
            screen.line(what_next(state), "bold")
        for text in state.notes:
            screen.line(text)
        screen.line(FOOTER, "dim")

    def end(self) -> None:
        """Leave the last page where it is."""


class _Lines(_Page):
    """Says what is new, a line after the other, and nothing twice."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self.said: list[object] = []

    def resized(self) -> bool:
        """Leave what was said as it is."""
        return False

    def show(self, state: "Watching") -> None:
        """Say what was not said before."""
        upcoming = [] if state.busy or state.name in state.verdicts else [what_next(state)]
        keys = [FOOTER] if sys.stdin and sys.stdin.isatty() else []
        found = [*state.verdicts.values(), *upcoming, *state.notes]
        everything = [title(state), *keys, *state.news, *found]
        for what in everything:
            if what and what not in self.said:
                self._say(what)
        self.said = list(everything)
        sys.stdout.flush()

    def _say(self, what: object) -> None:
        if isinstance(what, str):
            self.screen.line(what)
        else:
            self.screen.verdict(what)  # type: ignore[arg-type]


def title(state: "Watching") -> str:
    """Return which file is watched, and how far it is."""
    from autograder.learner.standing import standing

    now, names = standing(), names_of(state.lesson)
    most = sum(asked_for()[name].points for name in names)
    try:
        file = shown(learners_file(state.lesson))
    except CourseError:
        file = f"{state.lesson} (not there)"
    solved = f"{len(now.solved(names))} of {len(names)} solved"
    return f"Watching {file}: {solved}, {now.points(names)} of {most} points"


def what_next(state: "Watching") -> str:
    """Return what to write next, and where."""
    from autograder.learner.standing import standing

    if state.name is None:
        return "Nothing is left to do."
    asked, place = asked_for()[state.name], standing().place(state.name)
    return (
        f"Next: {asked.name}, {asked.points} points, about {asked.minutes} minutes"
        f"{f' ({place})' if place else ''}. Write it, and save."
    )
