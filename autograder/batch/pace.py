"""How a batch goes on, shown: a bar in a terminal, elsewhere a line now and then."""

import time
from typing import TYPE_CHECKING

from autograder.texts import counted

if TYPE_CHECKING:
    from rich.progress import Progress

    from autograder.screen import Screen

EVERY = 10.0  # seconds between two lines
ROOMY = 60  # columns
ROOM = len("/ 9,999 a minute 0:00:00   ")  # beside the bar, and what is done of what


class Pace:
    """Counts what is done, and tells the rate and the time that is left."""

    def __init__(self, total: int, screen: "Screen") -> None:
        self.total, self.screen, self.done = total, screen, 0
        self.began = self.told = time.monotonic()
        moving = screen.terminal and not screen.plain
        self.bar = _bar(total, screen) if moving and total else None

    def __enter__(self) -> "Pace":
        if self.bar:
            self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar:
            self.bar.stop()

    def advance(self) -> None:
        """Count one more."""
        self.done += 1
        if self.bar:
            self.bar.update(self.bar.task_ids[0], advance=1, pace=self._rate())
        elif time.monotonic() - self.told > EVERY or self.done == self.total:
            self.told = time.monotonic()
            self.screen.line(self.text())

    def text(self) -> str:
        """Return how far it is, how fast, and how long it will take."""
        return f"{self.done:,} of {self.total:,} graded, {self._rate()}{self._left()}."

    def _a_minute(self) -> float:
        return 60 * self.done / max(time.monotonic() - self.began, 0.001)

    def _rate(self) -> str:
        return f"{self._a_minute():,.0f} a minute"

    def _left(self) -> str:
        if not 0 < self.done < self.total:
            return ""
        seconds = 60 * (self.total - self.done) / self._a_minute()
        return f", about {duration(seconds)} left"


def duration(seconds: float) -> str:
    """Return a time in words."""
    for size, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return counted(round(seconds), "second")


def _bar(total: int, screen: "Screen") -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    words = ["left"] if screen.width >= ROOMY else []  # it is said where there is room
    room = screen.width - 2 * len(str(total)) - ROOM - sum(map(len, words))
    columns = (
        BarColumn(min(max(room, 4), 40)), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"),
        Left(), *map(TextColumn, words),
    )  # fmt: skip
    bar = Progress(*columns, console=screen.console)
    bar.add_task("", total=total, pace="")
    return bar
