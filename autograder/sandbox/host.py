"""The trusted side: starts the zygote of a lesson, gives it orders, and ends it."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox import course
from autograder.sandbox.cgroup import ControlGroup
from mnist_course.errors import CourseError

START = 120.0  # seconds in which the zygote must have imported torch, on however slow a machine
GIGABYTE = 2**30


@dataclass(frozen=True)
class Limits:
    """What a submission may take, with all the processes that it starts."""

    seconds: float = 600.0  # by the clock, for all of it
    memory: int = 2 * GIGABYTE
    processes: int = 64
    disk: int = 64 * 2**20


class IsolationError(CourseError):
    """A submission cannot be isolated here; the text says what is missing."""


class Zygote:
    """A process that waits, with torch imported, to be forked; for one lesson."""

    def __init__(
        self, lesson: str, answers: set[str], isolation: str = "full", limits: Limits | None = None
    ) -> None:
        if sys.platform == "win32" or (isolation == "full" and sys.platform != "linux"):
            raise IsolationError(_not_here(isolation))
        self.limits, self.isolation = limits or Limits(), isolation
        self.heard = b""
        with _signals_held():  # or one in the wrong moment would leave something behind
            self.folder = Path(tempfile.mkdtemp(prefix="autograder-"))
            self.process, self.door = self._start(lesson, answers)

    def _start(
        self, lesson: str, answers: set[str]
    ) -> tuple[subprocess.Popen[bytes], socket.socket]:
        cut = self.folder / "course"
        course.cut(lesson, answers, cut)
        door, inner = socket.socketpair()
        settings = self._settings(lesson, cut, inner.fileno())
        code = (
            f"import sys; sys.path[:0] = {[str(cut)]!r}; sys.path += {course.package_folders()!r}"
        )
        run = "from autograder.sandbox.zygote import main; main()"
        command = [sys.executable, "-I", "-S", "-c", f"{code}; {run}"]
        process = subprocess.Popen(
            [*command, json.dumps(settings)],
            env=_environment(), stdin=subprocess.DEVNULL, cwd="/", start_new_session=True,
            pass_fds=[inner.fileno(), *settings["cgroups"]],
        )  # fmt: skip
        for number in settings["cgroups"]:
            os.close(number)
        inner.close()
        return process, door

    def _settings(self, lesson: str, cut: Path, door: int) -> dict[str, Any]:
        full = self.isolation == "full"
        group = ControlGroup(self.folder.name, self.limits.memory, self.limits.processes)
        limits = {"seconds": int(self.limits.seconds), "memory": 4 * self.limits.memory,
                  "processes": self.limits.processes, "disk": self.limits.disk}  # fmt: skip
        room: dict[str, Any] = {"sources": [], "instead": {}}
        if full:
            instead = {**course.replacements(self.folder), **course.hidden(self.folder)}
            room = {"sources": course.sources(), "instead": instead}
        return {
            "door": door, "full": full, "folder": str(self.folder), "course": str(cut),
            "cgroups": group.doors(), "groups": [str(folder) for folder in group.folders],
            "limits": limits, "preload": course.modules(lesson), **room,
        }  # fmt: skip

    def __enter__(self) -> "Zygote":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait(self) -> None:
        """Wait until it is ready; say so if it cannot be."""
        said = self.hear(time.monotonic() + START)
        if said is None or "ready" not in said:
            why = said["refused"] if said else "the process in which it is built has ended"
            raise IsolationError(f"Submissions cannot be isolated on this machine: {why}.")

    def order(self, what: bytes, lines: list[int] | None = None) -> None:
        """Give an order."""
        socket.send_fds(self.door, [what], lines or [])

    def hear(self, until: float) -> dict[str, Any] | None:
        """Return what it says next, or None where it is gone, or late."""
        while b"\n" not in self.heard:
            ready, _, _ = select.select([self.door], [], [], max(0.0, until - time.monotonic()))
            chunk = self.door.recv(4096) if ready else b""
            if not chunk:
                return None
            self.heard += chunk
        line, _, self.heard = self.heard.partition(b"\n")
        said: dict[str, Any] = json.loads(line)
        return said

    def close(self) -> None:
        """End it, and all that it started; it removes what it left."""
        self.door.close()
        if self._ended_within(3):
            return
        self.process.terminate()  # it may still be importing
        if not self._ended_within(10):
            self.process.kill()
            self.process.wait()

    def _ended_within(self, seconds: float) -> bool:
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let Ctrl-C wait until the block is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _not_here(isolation: str) -> str:
    if isolation == "full":
        return (
            f"Submissions can be isolated on Linux alone, and this is {sys.platform}. Use a "
            "machine or a container with Linux (on Windows, WSL), or say --isolation process, "
            "which keeps time and memory in bounds but no secrets"
        )
    return (
        "Files cannot be graded by Windows itself: use WSL, which is Linux, and isolates them too"
    )


def _environment() -> dict[str, str]:
    """Return what the zygote may know of this process: nothing secret."""
    kept = ("PATH", "HOME", "MPLCONFIGDIR", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT")
    given = {name: os.environ[name] for name in kept if name in os.environ}
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM")}
    return {**given, **one, "MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "", "LANG": "C.UTF-8"}
