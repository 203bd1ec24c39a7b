"""A real terminal, for tests: a shell on a pseudo-terminal, and the screen that one would see."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pexpect
import pyte
from journey import Learner

PROMPT = "learner$ "
END = re.compile(r"code=(\d+) learner\$$")
SECONDS = 60.0  # a first check on a busy machine imports torch twice


class Terminal:
    """What a learner sees and types."""

    def __init__(self, learner: Learner, columns: int = 80, rows: int = 24) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        path = os.pathsep.join([str(Path(sys.executable).parent), learner.env["PATH"]])
        own = {"TERM": "xterm-256color", "PATH": path, "PS1": PROMPT, "LANG": "C.UTF-8"}
        self.shell: Any = pexpect.spawn(
            "bash", ["--norc", "--noprofile", "-i"], cwd=str(learner.clone),
            env=learner.env | own, dimensions=(rows, columns),
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # nohup ignores it
        )  # fmt: skip
        self.wait(lambda text: text.endswith(PROMPT.strip()))

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self.shell.close(force=True)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display]

    @property
    def text(self) -> str:
        """Return what is seen, as one reads it: a line that was broken goes on."""
        return " ".join(" ".join(self.lines).split())

    def wait(self, seen: str | Callable[[str], bool], seconds: float = SECONDS) -> str:
        """Wait until something is seen, and return all that is seen then."""
        until = time.monotonic() + seconds
        while not (seen(self.text) if callable(seen) else seen in self.text):
            assert time.monotonic() < until, f"{seen} was not seen:\n" + "\n".join(self.lines)
            self.look()
        return self.text

    def look(self, seconds: float = 0.1) -> None:
        """Take in what has been written."""
        try:
            self.stream.feed(self.shell.read_nonblocking(65536, timeout=seconds))
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF as error:
            raise AssertionError("the terminal is gone:\n" + "\n".join(self.lines)) from error

    def colour_of(self, beginning: str) -> str:
        """Return the colour in which a line begins."""
        (row,) = [row for row, line in enumerate(self.lines) if line.startswith(beginning)]
        return str(self.screen.buffer[row][0].fg)

    def press(self, keys: str) -> None:
        self.shell.send(keys)

    def start(self, command: str) -> None:
        """Type a command on a clean screen."""
        self.screen.reset()
        self.press(f"{command}\r")

    def type(self, command: str) -> tuple[str, int]:
        """Run a command to its end; return what is seen, and its code."""
        self.start(f"{command}; echo code=$?")
        said = self.wait(lambda text: bool(END.search(text)))
        found = END.search(said)
        assert found
        return said[: found.start()].removeprefix(f"{command}; echo code=$?"), int(found[1])

    def resize(self, columns: int, rows: int = 24) -> None:
        self.screen.resize(rows, columns)
        self.shell.setwinsize(rows, columns)
