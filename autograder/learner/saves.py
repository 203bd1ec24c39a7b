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
        """Look whenever there is an event, and once in a while without one."""
        while not self.stop.is_set():
            try:
                self._follow()
            except OSError:  # there is no folder just now, or no events are to be had
                self._compare()
                self.stop.wait(LOOK / 1000)

    def _follow(self) -> None:
        from watchfiles import watch

        self._compare()
        for _ in watch(
            self.folder, stop_event=self.stop, recursive=False, rust_timeout=LOOK,
            yield_on_timeout=True, raise_interrupt=False,
        ):  # fmt: skip
            self._compare()

    def _compare(self) -> None:
        """Tell what is not as it was, whatever the event said of it."""
        before, self.states = self.states, _states(self.folder)
        for path in before.keys() | self.states.keys():
            if before.get(path) != self.states.get(path):
                self.tell(path)


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
