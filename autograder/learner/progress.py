"""What is remembered of a learner's work: a journal, in plain text, in the user's own folder.

A line is added whenever something changes, and the last line on an exercise counts. Lines are only
added, so that a notebook, a terminal and a watcher can all write without spoiling each other's.
"""

import errno
import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import get_args

from autograder.clone import home, root
from autograder.exercise import Status
from autograder.syllabus import asked_for
from autograder.texts import one_line
from mnist_course.files import write_atomically

FILE = "progress.txt"
MOST_BYTES = 5_000_000
UNKNOWN = "-"  # the cell of an answer that was checked in a notebook
HEAD = """# The journal of your work in {place}. It is yours: read it, or delete it to begin again.
# when               exercise, what came of it, and a sign of the cell that was checked
"""
PLACE = re.compile(r"# The journal of your work in (.*)\. It is yours")
CHECKED = re.compile(r"(\S+)  (\w+) +(\d+)/(\d+) ([a-z_]+) ([0-9a-f]{12}|-)")
HINTED = re.compile(r"(\S+)  (\w+) +hint ([123])")


@dataclass(frozen=True)
class Record:
    """What is remembered of one exercise."""

    score: int = 0
    status: str = "not_attempted"
    cell: str = UNKNOWN
    when: str = ""
    hints: int = 0  # how many were shown

    @property
    def solved(self) -> bool:
        """Tell whether it had all its points when it was checked last."""
        return self.status == "correct"


Records = dict[str, Record]


def journal() -> Path:
    """Return where it lies."""
    return home() / FILE


def recall() -> tuple[Records, str]:
    """Return what is remembered, and a sentence if the journal was damaged and set aside."""
    path, records = journal(), dict[str, Record]()
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        return {}, f"What you did before cannot be read: {path}: {error.strerror}."
    lines = text.split("\n")
    good = [line for line in lines if not line or line[0] == "#" or _read(line, records)]
    return records, "" if good == lines else _set_aside(path, good)


def _read(line: str, records: Records) -> bool:
    """Take in one line; tell whether it could be read."""
    if found := HINTED.fullmatch(line):
        when, name, tier = found.groups()
        records[name] = replace(records.get(name, Record()), hints=int(tier))
        return True
    if found := CHECKED.fullmatch(line):
        when, name, score, _, status, cell = found.groups()
        if status not in get_args(Status) or not _is_time(when):
            return False
        most = asked_for()[name].points if name in asked_for() else 0
        hints = records.get(name, Record()).hints
        records[name] = Record(min(int(score), most), status, cell, when, hints)
        return True
    return False


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _set_aside(path: Path, good: list[str]) -> str:
    """Keep a damaged journal under another name, and go on with what could be read of it."""
    number = 1
    while (aside := path.with_name(f"progress.damaged-{number}.txt")).exists():
        number += 1
    try:
        aside.write_bytes(path.read_bytes())
        write_atomically(path, "\n".join([*good, ""] if good[-1:] != [""] else good).encode())
    except OSError as error:
        return f"The journal of your work, {path}, is damaged, and stays so: {error.strerror}."
    return (
        f"The journal of your work was damaged. It is kept as {aside}; what could be read of it "
        "still counts, and the rest comes back with: autograder check --all"
    )


def of_a_clone_that_moved() -> str:
    """Return a sentence, if there is a journal of a clone of this name that is not there now."""
    for path in sorted(home().parent.glob(f"{root().name}-*/{FILE}")):
        with suppress(OSError, UnicodeDecodeError), path.open(encoding="utf-8") as file:
            found = PLACE.match(file.readline())
            if found and not Path(found[1]).exists():
                return (
                    f"What you did in {found[1]} is in {path}; to go on here, copy it to {home()}"
                )
    return ""


# ---- adding to it --------------------------------------------------------------------------------


def note(name: str, score: int, status: str, cell: str = UNKNOWN) -> None:
    """Remember what came of an exercise, unless just that is known."""
    before = recall()[0].get(name, Record(score=-1))
    same_cell = cell in (before.cell, UNKNOWN)
    if (before.score, before.status) != (score, status) or not same_cell:
        _add(f"{name:22} {score}/{asked_for()[name].points} {status} {cell}")


def note_hint(name: str, tier: int) -> None:
    """Remember that a hint was shown."""
    _add(f"{name:22} hint {tier}")


def _add(what: str) -> None:
    """Write one line, in one piece."""
    path = journal()
    path.parent.mkdir(parents=True, exist_ok=True)
    before = _beginning(path)
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    line = f"{before}{now}  {what}\n".encode()
    number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        written = os.write(number, line)
        if written < len(line):  # the disk is full: then rather nothing of it
            os.ftruncate(number, os.fstat(number).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
    finally:
        os.close(number)


def _beginning(path: Path) -> str:
    """Return what must stand before a new line: the head of a new journal, or an end of line."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - 1, 0))
            last = file.read(1)
    except FileNotFoundError:
        last = b""
    return "" if last == b"\n" else "\n" if last else HEAD.format(place=one_line(str(root())))
