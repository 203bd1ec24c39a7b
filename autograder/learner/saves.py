"""Tells when a lesson's file was saved, by the events of the file system."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

from autograder.clone import KINDS
from autograder.syllabus import LESSONS

LOOK = 1000  # milliseconds between looks without an event: not every file system sends them
Found = Callable[[Path], None]
States = dict[Path, tuple[int, int, int]]


class Saves:
    """Within its block every save in a folder is told, however the editor writes."""

    def __init__(self, folder: Path, tell: Found) -> None:
        self.folder, self.tell = folder, tell
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.states = _states(folder)

    def __enter__(self) -> "Saves":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()

    def _look(self) -> None:
        """Look at each event, and once in a while; begin anew where the folder is another one."""
        while not self.stop.is_set():
            self._compare()
            if not self.folder.is_dir():
                self.stop.wait(LOOK / 1000)
                continue
            self._follow(_identity(self.folder))

    def _follow(self, folder: int) -> None:
        from watchfiles import watch

        try:
            for _ in watch(
                self.folder, stop_event=self.stop, recursive=False, rust_timeout=LOOK,
                yield_on_timeout=True, raise_interrupt=False,
            ):  # fmt: skip
                self._compare()
                if _identity(self.folder) != folder:
                    return
        except OSError:  # no more events to be had: then it is looked at now and then
            self.stop.wait(LOOK / 1000)
            self._compare()

    def _compare(self) -> None:
        """Tell what is not as it was, whatever the event said of it."""
        before, self.states = self.states, _states(self.folder)
        for path in before.keys() | self.states.keys():
            if before.get(path) != self.states.get(path):
                self.tell(path)


def _identity(folder: Path) -> int:
    try:
        return folder.stat().st_ino
    except OSError:
        return -1


def _states(folder: Path) -> States:
    """Return what tells one state of the lessons' files from another."""
    found: States = {}
    for lesson in LESSONS:
        for kind in KINDS:
            path = folder / f"{lesson}{kind}"
            try:
                state = os.stat(path)  # noqa: PTH116 - it is done every second
            except OSError:
                continue
            found[path] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found
