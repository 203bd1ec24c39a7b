"""What the kernel tells of processes: whose children they are, and what they use."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def kill_children() -> None:
    """Kill what a guest left behind, until nothing is left."""
    while left := children(os.getpid()):
        for pid in left:
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)


def descendants(pid: int) -> Iterator[int]:
    """Yield the children of a process, and theirs."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def children(pid: int) -> list[int]:
    """Return the children of a process; none where the kernel does not tell."""
    with suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(p) for task in tasks for p in (task / "children").read_text().split()]
    return []


def seconds(pid: int) -> float:
    """Return the processor's time that a process took."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS  # of those, too, that it waited for
    return 0.0


def memory(pid: int) -> int:
    """Return a process's share of the memory that it uses."""
    with suppress(OSError, ValueError, IndexError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(text.partition("\nPss:")[2].split()[0]) * 1024
    with suppress(OSError, ValueError, IndexError):  # it does not want to be looked into
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
