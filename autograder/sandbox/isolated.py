"""The runner that isolates: a learner's answers are tried in a guest, and judged here.

A guest that dies costs the check at which it died; what comes after is tried in a fresh one.
"""

import re
import time
from pathlib import Path
from typing import Any, get_args

from autograder.attempt import Outcome, Trouble
from autograder.exercise import Case, Exercise
from autograder.probes import plain_copy
from autograder.sandbox.guests import Guest, GuestError, LateError
from autograder.sandbox.host import Zygote
from autograder.submission import Submission
from autograder.texts import one_line, printable

PATIENCE = 3.0  # times the limit, by the clock
LOADING = 60.0  # seconds for all cells; and twice as many for all that has to be loaded anew
MOST_CRASHES = 6  # cells that may end the process before the file is given up
MOST_DEATHS = 2  # checks of one exercise that may end the process
MOST_STOPS = 3  # exercises that may have to be stopped from outside


class Isolated:
    """Runs what a submission defines in guests of a zygote, one after the other."""

    def __init__(self, zygote: Zygote, submission: Submission, name: str) -> None:
        self.zygote, self.submission, self.name = zygote, submission, name
        self.until = time.monotonic() + zygote.limits.seconds
        self.guest: Guest | None = None
        self.crashed: dict[int, str] = {}  # cells that end the process, and how
        self.failed: dict[int, str] = {}  # cells that raise, and what
        self.deaths: dict[str, int] = {}  # by exercise
        self.stops = 0
        self.absent: dict[str, Outcome] = {}  # by exercise: what is not defined
        self.loading_left = 2 * LOADING
        self.output = ""
        self.hopeless = ""  # why nothing can be loaded

    def __enter__(self) -> "Isolated":
        return self

    def __exit__(self, *_: object) -> None:
        self._end_guest()

    def run(self, exercise: Exercise, case: Case, inputs: Any, seed: int) -> Outcome:
        """Let the case's probe try the learner's answer, in the room."""
        name = exercise.name
        if self.stops >= MOST_STOPS:
            return _late("It was not tried: too much before it had to be stopped from outside.")
        if self.deaths.get(name, 0) >= MOST_DEATHS:
            return Outcome(trouble="raised", message="It was not tried: it had ended the process.")
        if time.monotonic() > self.until:
            return _late(f"All {self.zygote.limits.seconds:g} seconds of the submission were over.")
        guest = self.guest or self._load()
        if guest is None:
            return Outcome(trouble="missing", message=self.hopeless)
        if crash := self._crash_of(name):
            return Outcome(trouble="raised", message=crash)
        if name not in self.absent:
            outcome = self._ask(guest, exercise, case, inputs, seed)
            if outcome.trouble != "missing":
                return outcome
            self.absent[name] = outcome  # its other checks need not be asked for
        return self.absent[name]

    def _ask(self, guest: Guest, exercise: Exercise, case: Case, inputs: Any, seed: int) -> Outcome:
        question = {
            "do": "try", "name": exercise.name, "inputs": plain_copy(inputs), "seed": seed,
            "probe": [case.probe.__module__, case.probe.__name__], "limit": case.limit,
            "forbidden": list(exercise.forbidden), "patience": PATIENCE,
        }  # fmt: skip
        wall = min(PATIENCE * case.limit + 5, max(self.until - time.monotonic(), 0.1))
        try:
            return _outcome(guest.ask(question, 2 * case.limit + 2, wall))
        except LateError as error:
            self._end_guest()
            self.stops += 1
            return _late(str(error))
        except GuestError as error:
            self._end_guest()
            self.deaths[exercise.name] = self.deaths.get(exercise.name, 0) + 1
            return Outcome(trouble="raised", message=str(error))

    def where(self, exercise: Exercise) -> str:
        """Say where the learner's answer stands, or return ''."""
        return self.submission.place_of(exercise.name)

    # ---- guests ----------------------------------------------------------------------------------

    def _load(self) -> Guest | None:
        """Start a guest with the submission's cells, without those that end the process."""
        while not self.hopeless:
            self.guest = guest = Guest(self.zygote)
            began = time.monotonic()
            wall = min(LOADING, self.loading_left, max(self.until - began, 0.1))
            try:
                said = guest.ask(self._cells(), LOADING, wall)
                self.failed = _texts(said.get("failed"))
                return guest
            except GuestError as error:
                self._end_guest()
                self.loading_left -= time.monotonic() - began
                self._remember_crash(guest.cell, str(error))
        return None

    def _remember_crash(self, cell: int, why: str) -> None:
        cells = self.submission.cells
        if not 0 <= cell < len(cells) or cell in self.crashed:
            self.hopeless = f"The file could not be loaded. {why}"
            return
        self.crashed[cell] = f"{why} That was in the cell at {_place(self.submission, cell)}."
        over = self.loading_left <= 0 or time.monotonic() > self.until
        if len(self.crashed) > MOST_CRASHES or over:
            self.hopeless = f"The file could not be loaded. {self.crashed[cell]}"

    def _cells(self) -> dict[str, Any]:
        submission = self.submission
        path = submission.file
        spare = {i for i, cell in enumerate(submission.cells) if cell.skipped}
        cells = [
            ["" if i in spare else cell.source, _inside(cell.file, path), cell.first_line]
            for i, cell in enumerate(submission.cells)
        ]
        return {
            "do": "load", "module": f"submission_{self.name}", "file": path.name,
            "text": submission.text, "cells": cells, "spare": sorted(spare | set(self.crashed)),
        }  # fmt: skip

    def _crash_of(self, name: str) -> str:
        """Return how the cell that defines a name ended the process, if no other defines it."""
        cells = enumerate(self.submission.cells)
        defining = [i for i, cell in cells if not cell.skipped and _defines(cell.source, name)]
        crashes = [self.crashed[i] for i in defining if i in self.crashed]
        return crashes[0] if crashes and len(crashes) == len(defining) else ""

    def _end_guest(self) -> None:
        if self.guest is not None:
            guest, self.guest = self.guest, None
            guest.end()
            self.output = printable(self.output + guest.output)

    def warnings(self) -> list[str]:
        """Return what happened to cells."""
        told = {**self.failed, **self.crashed}
        return [
            f"The cell at {_place(self.submission, i)} failed. {told[i]}"
            for i in sorted(told)
            if 0 <= i < len(self.submission.cells)
        ]


def _place(submission: Submission, number: int) -> str:
    cell = submission.cells[number]
    file = cell.file.rpartition("/")[2]
    return f"line {cell.first_line} of {file}"


def _inside(file: str, path: Path) -> str:
    """Name a file as it is named in the room."""
    return path.name + file.removeprefix(str(path))


def _defines(source: str, name: str) -> bool:
    return bool(re.search(rf"^(?:(?:def|class)\s+{name}\b|{name}\s*=)", source, re.MULTILINE))


def _late(why: str) -> Outcome:
    return Outcome(trouble="timeout", message=why)


# ---- what a guest says ---------------------------------------------------------------------------


def _outcome(said: dict[str, Any]) -> Outcome:
    """Read an answer: it is no more than four fields, and its texts are cleaned."""
    trouble = said.get("trouble")
    known = isinstance(trouble, str) and trouble in get_args(Trouble)
    if trouble is not None and not known:
        raise GuestError("What came back is no answer to what was asked.")
    texts = [line(said.get(field)) for field in ("raised", "message")]
    if trouble and not texts[1]:
        texts[1] = "It failed."
    return Outcome(None if trouble else said.get("value"), trouble, *texts)


def _texts(said: Any) -> dict[int, str]:
    found = said if isinstance(said, dict) else {}
    return {number: line(text) for number, text in found.items() if isinstance(number, int)}


def line(said: Any) -> str:
    """Return what a guest says of itself as one line."""
    return one_line(said, 500) if isinstance(said, str) else ""
