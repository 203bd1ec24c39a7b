"""How the learner's commands speak: coloured in a terminal, plain everywhere else.

Plain means words in place of signs, nothing that moves, a line after the other: what a screen
reader, a pipe and a log file want. `NO_COLOR` leaves the colours out and nothing else.
"""

import argparse
import os
import re
import sys

from autograder.exercise import Status, Verdict
from autograder.report import as_text, mark
from autograder.texts import printable

STYLES = {"✓": "green", "✗": "red", "·": "dim"}
WORDS = {"✓": "solved", "✗": "wrong", "·": "open"}


class Screen:
    """Where a command writes."""

    def __init__(self, plain: bool = False) -> None:
        from rich.console import Console

        self.terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self.plain = plain
        self.words = plain or not _knows_signs()
        colour = self.terminal and not plain and not os.environ.get("NO_COLOR")
        self.console = Console(
            highlight=False, markup=False, emoji=False, legacy_windows=False,
            force_terminal=colour, color_system="auto" if colour else None,
        )  # fmt: skip

    @property
    def width(self) -> int:
        """Return how wide text may be: a window may change, a file has no width."""
        try:  # not by the environment, which does not know that a window has changed
            return os.get_terminal_size(sys.stdout.fileno()).columns if self.terminal else 10_000
        except OSError:
            return 80

    def line(self, text: str = "", style: str = "") -> None:
        """Write a line; where it must be broken, what follows begins where it began."""
        from rich.padding import Padding
        from rich.text import Text

        text = in_words(printable(text)) if self.words else printable(text)
        indent = len(text) - len(text.lstrip())
        body = Text(text.strip(), style, overflow="fold")
        self.console.width = max(self.width, 20)
        self.console.print(Padding(body, (0, 0, 0, indent), expand=False) if indent else body)

    def sign(self, status: Status | str) -> str:
        """Return the sign of a status, or the word for it."""
        sign = "✓" if status == "correct" else "·" if status in UNTRIED else "✗"
        return f"{WORDS[sign]:6}" if self.words else sign

    def verdict(self, verdict: Verdict) -> None:
        """Write what a check came to."""
        first, *rest = as_text(verdict).split("\n")
        self.line(first, STYLES[mark(verdict)])
        for line in rest:
            self.line(line, "bold" if line.startswith("  Next:") else "")

    def clear(self) -> None:
        """Begin anew at the top, where that can be."""
        if self.terminal and not self.plain:
            sys.stdout.write("\x1b[H\x1b[2J\x1b[3J")
            sys.stdout.flush()


def in_words(text: str) -> str:
    """Return text with words for the signs that lines begin with."""
    for sign, word in WORDS.items():
        text = re.sub(rf"^( *){sign} ", rf"\1{word}: ", text, flags=re.MULTILINE)
    return text


def _knows_signs() -> bool:
    """Tell whether what is written here can hold the signs."""
    try:
        "✓✗·".encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


UNTRIED = ("not_attempted", "missing")


def add_plain(parser: argparse.ArgumentParser) -> None:
    """Let a command be asked to speak plainly."""
    parser.add_argument(
        "--plain",
        action="store_true",
        default=argparse.SUPPRESS,
        help="words in place of signs and colours; nothing moves",
    )
