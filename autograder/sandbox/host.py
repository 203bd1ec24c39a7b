"""The trusted side: starts the zygote of a lesson, gives it orders, and ends it."""

import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox import course
from mnist_course.errors import CourseError

START = 120.0  # seconds in which the zygote must have imported torch, on however slow a machine
GIGABYTE = 2**30
# What the new process runs first: it waits until the files are there that hold the rest of it.
WAITING = """
import shutil, signal, socket, sys
number, folder, *packages = sys.argv[1:]
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
signal.pthread_sigmask(signal.SIG_SETMASK, ())  # the host held them while it started this
door = socket.socket(fileno=int(number))
try:
    with door.makefile("r") as lines:
        settings = lines.readline()
    if settings.endswith("\\n"):
        sys.path[:0] = [folder + "/course"]
        sys.path += packages
        from autograder.sandbox.zygote import main
        main(door, settings)
finally:
    shutil.rmtree(folder, ignore_errors=True)
"""


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
        self.heard, self.ready = b"", False
        self.user: int | None = None  # whom guests are, if root could make them somebody else
        self.folder = Path(tempfile.gettempdir(), f"autograder-{secrets.token_hex(6)}")
        with _signals_held():  # or one in the wrong moment would leave something behind
            self.process, self.door = self._start()
        try:
            self._furnish(lesson, answers)
        except BaseException:
            self.close()
            raise

    def _start(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """Start it before there is anything to tidy up: it does that, however this process ends."""
        door, inner = socket.socketpair()
        command = [sys.executable, "-s", "-P", "-S", "-c", WAITING]
        process = subprocess.Popen(
            [*command, str(inner.fileno()), str(self.folder), *course.package_folders()],
            env=_environment(), stdin=subprocess.DEVNULL, cwd="/", start_new_session=True,
            pass_fds=[inner.fileno()],
        )  # fmt: skip
        inner.close()
        return process, door

    def _furnish(self, lesson: str, answers: set[str]) -> None:
        """Write what it needs, and tell it."""
        self.folder.mkdir(mode=0o700)
        cut = self.folder / "course"
        course.cut(lesson, answers, cut)
        settings = self._settings(lesson, cut)
        with suppress(BrokenPipeError):  # it has ended: `wait` will say so
            self.door.sendall(json.dumps(settings).encode() + b"\n")
        if self.isolation == "full":
            with suppress(FileNotFoundError):  # the same
                course.write_digits(self.folder)  # takes torch, which both import meanwhile

    def _settings(self, lesson: str, cut: Path) -> dict[str, Any]:
        full = self.isolation == "full"
        limits = {"seconds": int(self.limits.seconds), "memory": 4 * self.limits.memory,
                  "processes": self.limits.processes, "disk": self.limits.disk}  # fmt: skip
        room: dict[str, Any] = {"sources": {}, "instead": {}}
        if full:
            room = {"sources": course.sources(), "instead": course.instead(self.folder)}
        return {
            "full": full, "folder": str(self.folder), "course": str(cut), "limits": limits,
            "group": {"memory": self.limits.memory, "processes": self.limits.processes},
            "preload": course.modules(lesson), **room,
        }  # fmt: skip

    def __enter__(self) -> "Zygote":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait(self) -> None:
        """Wait until it is ready; say so if it cannot be."""
        if self.ready:
            return
        said = self.hear(time.monotonic() + START)
        if said is None or "ready" not in said:
            why = said["refused"] if said else "the process that builds it hangs, or has ended"
            raise IsolationError(f"Submissions cannot be isolated on this machine: {why}.")
        self.ready, self.user = True, said["user"]

    def order(self, what: bytes, lines: list[int] | None = None) -> None:
        """Give an order."""
        socket.send_fds(self.door, [what], lines or [])

    def speaks_within(self, seconds: float) -> bool:
        """Tell whether it says something, or ends, in that time."""
        return b"\n" in self.heard or bool(select.select([self.door], [], [], seconds)[0])

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
        if not self._ended_within(1):
            self.process.terminate()  # it may still be importing
        if not self._ended_within(10):
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)  # should it have been killed

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
    fixed = {"MPLBACKEND": "Agg", "CUDA_VISIBLE_DEVICES": "", "LANG": "C.UTF-8"}
    return {**given, **one, **fixed, "PYTHONHASHSEED": "0"}  # sets in the same order every time
