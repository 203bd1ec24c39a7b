"""The one door to what differs from one operating system to the other.

Whatever is POSIX or Windows alone stands here (and in `sandbox/`, which is Linux alone); the
rest of the learner's commands does not know where it runs.
"""

import os
import re
import signal
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WINDOWS = sys.platform == "win32"
LONGEST_ADDRESS = 100  # bytes of a socket's path; kernels allow 104 or 108

REDRAW = "\x0c"  # Ctrl-L, and what comes of it when a stopped program goes on
ARROWS = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|O.|.)?")  # and other keys that send several signs

ReadKey = Callable[[float], str]  # the key that is pressed within so many seconds, or ""


@contextmanager
def keyboard() -> Iterator[ReadKey]:
    """Let keys be read one by one, without Enter; where there is no keyboard, none ever comes."""
    if not sys.stdin or not sys.stdin.isatty():
        yield _no_key
    elif sys.platform == "win32":
        yield _windows_key
    else:
        import termios
        import tty

        keys, before = _PosixKeys(), termios.tcgetattr(sys.stdin)

        def go_on(*_: object) -> None:
            """Do again what the shell undid while this program was stopped."""
            tty.setcbreak(sys.stdin)
            keys.waiting.append(REDRAW)

        handler = signal.signal(signal.SIGCONT, go_on)
        try:
            tty.setcbreak(sys.stdin)
            yield keys.read
        finally:
            signal.signal(signal.SIGCONT, handler)
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _no_key(seconds: float) -> str:
    time.sleep(seconds)
    return ""


class _PosixKeys:
    """Reads keys one by one; who types ahead loses none."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def read(self, seconds: float) -> str:
        """Return the next key, or nothing."""
        import select

        if not self.waiting and select.select([sys.stdin], [], [], seconds)[0]:
            said = os.read(sys.stdin.fileno(), 1024).decode(errors="ignore")
            if not said:  # the terminal is gone
                raise KeyboardInterrupt
            self.waiting += ARROWS.sub("", said)
        return self.waiting.pop(0) if self.waiting else ""


def _windows_key(seconds: float) -> str:
    import msvcrt

    reads: Any = msvcrt  # which other systems do not have
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if reads.kbhit():
            return str(reads.getwch())
        time.sleep(0.02)
    return ""


# ---- a process that stays, and how it is reached -------------------------------------------------


def meeting_place(name: str) -> Path | None:
    """Return where a socket of this user can lie that nobody else can reach, or None."""
    if WINDOWS or not hasattr(socket, "AF_UNIX"):
        return None
    folder = Path(tempfile.gettempdir()) / f"autograder-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError:
        return None
    ours = state.st_uid == os.getuid() and stat.S_ISDIR(state.st_mode)
    private = stat.S_IMODE(state.st_mode) == 0o700
    place = folder / name
    return place if ours and private and len(os.fsencode(place)) < LONGEST_ADDRESS else None


def detached() -> dict[str, Any]:
    """Return what makes a process that outlives the terminal that it was started from."""
    return {"creationflags": 0x00000008} if WINDOWS else {"start_new_session": True}


def kill(number: int) -> None:
    """End a process at once, whatever it does."""
    os.kill(number, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def exclusive(path: Path) -> Any:
    """Return an open file that this process alone holds, or None where another one does."""
    import fcntl

    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file
