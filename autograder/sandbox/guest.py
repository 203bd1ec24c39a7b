"""Beside the learner's code: runs its cells, lets probes try it, and says what came of it.

Nobody believes a word of this: the learner's code can change all of it. What it says is plain data,
and is compared with the right answers outside.
"""

import importlib
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.attempt import Outcome, attempt
from autograder.cells import Cell, Run, run_cells
from autograder.sandbox import wire

MOST = 2**31  # bytes in one message of the host, which is trusted


def seed_what_nobody_seeded() -> None:
    """Let `random` and numpy begin alike in each guest: the same seed gives the same report."""
    import random

    import numpy as np

    random.seed(0)
    np.random.seed(0)


class Guest:
    """One learner's code, and the line to the host."""

    def __init__(self, line: socket.socket, folder: str) -> None:
        self.line, self.folder = line, folder
        self.run = Run({})

    def serve(self) -> None:
        """Do what the host asks for until it hangs up."""
        while True:
            asked = self._hear()
            answer = self._load(asked) if asked["do"] == "load" else self._try(asked)
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            self._say({**answer, "to": asked["number"]})

    def _hear(self) -> Any:
        return wire.receive(self._read, MOST, MOST)

    def _read(self, size: int) -> bytearray:
        found = bytearray(size)
        rest = memoryview(found)
        while rest:
            count = self.line.recv_into(rest)
            if not count:
                os._exit(0)
            rest = rest[count:]
        return found

    def _say(self, value: Any) -> None:
        self.line.sendall(wire.pack(value))

    def _load(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Run the cells; say which one is begun, so that the host knows which one was the last."""
        os.chdir(self.folder)
        file = str(Path(self.folder) / asked["file"])
        if asked["text"] is not None:
            Path(file).write_text(asked["text"], encoding="utf-8")
        sys.argv = [file]
        cells = [Cell(source, str(Path(self.folder) / of), at) for source, of, at in asked["cells"]]

        def begin(number: int) -> None:
            self._say({"cell": number, "to": asked["number"]})

        self.run = run_cells(cells, asked["module"], file, asked["spare"], begin)
        return {"failed": self.run.failed}

    def _try(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        name = asked["name"]
        if name in self.run.namespace:
            outcome = self._attempt(self.run.namespace[name], asked)
        elif name in self.run.troubles:
            outcome = Outcome(trouble="raised", message=self.run.troubles[name])
        else:
            outcome = Outcome(trouble="missing", message=f"There is no {name} here.")
        return dict(vars(outcome))

    def _attempt(self, answer: Any, asked: Mapping[str, Any]) -> Outcome:
        module, function = asked["probe"]
        probe = getattr(importlib.import_module(module), function)
        return attempt(
            answer, probe, asked["inputs"], limit=asked["limit"], seed=asked["seed"],
            barred=(asked["forbidden"], asked["name"]),
            patience=asked["patience"],
        )  # fmt: skip
