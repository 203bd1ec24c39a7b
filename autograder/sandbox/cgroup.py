"""A control group for guests, where one can be made: it bounds memory and processes of all at once.

Limits of a process are no limits of its twelve children. As root there is a group to be made; for
others there often is not: then the host looks at what a guest uses, several times a second.
"""

import math
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MOUNTS = Path("/sys/fs/cgroup")
MANY = 1e6  # cores: more than there are
V1 = {"memory": ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes"), "pids": ("pids.max",)}


class ControlGroup:
    """Groups of this name, one a controller, or a single one where the kernel has but one tree.

    Whoever uses them removes the folders when no process is left in them.
    """

    def __init__(self, name: str, memory: int, processes: int) -> None:
        values = {"memory": str(memory), "pids": str(processes)}
        self.folders = _first_kind(name, values) or _second_kind(name, values)

    def doors(self) -> list[int]:
        """Open the files by which a process joins; a list without any where there is no group."""
        return [os.open(folder / "cgroup.procs", os.O_WRONLY) for folder in self.folders]


def _first_kind(name: str, values: dict[str, str]) -> list[Path]:
    """Make a group in each of the trees of cgroup v1."""
    own = {kind: path for kinds, path in _memberships() for kind in kinds.split(",")}
    made = []
    for kind, files in V1.items():
        folder = MOUNTS / kind / own.get(kind, "/").lstrip("/") / name
        if kind not in own or not folder.parent.is_dir():
            continue
        with suppress(OSError):
            folder.mkdir()
            made.append(folder)
            for file in files:
                with suppress(OSError):  # no swap here, or none that is counted
                    (folder / file).write_text(values[kind])
    return made


def _second_kind(name: str, values: dict[str, str]) -> list[Path]:
    """Make a group in the tree of cgroup v2, if this user may, and if it counts both."""
    own = next((path for kinds, path in _memberships() if not kinds), None)
    if own is None or not (MOUNTS / "cgroup.controllers").exists():
        return []
    folder = MOUNTS / own.lstrip("/") / name
    try:
        with suppress(OSError):  # it has them already, or may not
            (folder.parent / "cgroup.subtree_control").write_text("+memory +pids")
        folder.mkdir()
        (folder / "memory.max").write_text(values["memory"])
        (folder / "pids.max").write_text(values["pids"])
    except OSError:
        with suppress(OSError):
            folder.rmdir()
        return []
    return [folder]


def _memberships() -> list[tuple[str, str]]:
    """Return the controllers and the group, for each tree that this process is in."""
    with suppress(OSError):
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        return [(kinds, path) for _, kinds, path in (line.split(":", 2) for line in lines)]
    return []


def cores() -> int:
    """Return how many cores this process may use: those it is bound to, within its share of time.

    A container may be given two cores of a machine that shows it all of its sixty-four.
    """
    if sys.platform != "linux":
        return os.cpu_count() or 1
    return max(1, min(len(os.sched_getaffinity(0)), *map(math.ceil, _shares())))


def _shares() -> Iterator[float]:
    """Yield how many cores' time each group may use that this process is in, where it is bound."""
    yield MANY
    for kinds, path in _memberships():
        if not kinds or "cpu" in kinds.split(","):
            tree = MOUNTS / ("cpu" if kinds else "")
            folder = tree / path.lstrip("/")
            for group in (folder, *folder.parents):
                with suppress(OSError, ValueError):
                    yield _share(group, bool(kinds))


def _share(group: Path, first_kind: bool) -> float:
    names = ("cpu.cfs_quota_us", "cpu.cfs_period_us") if first_kind else ("cpu.max",)
    time, period = map(int, " ".join((group / name).read_text() for name in names).split())
    return time / period if time > 0 else MANY
