"""What commands cost, with all the processes that they start: CPU and wall seconds, memory."""

import os
import resource
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from autograder.sandbox import kernel, processes

SAID = "said.txt"
LOOK = 1.0  # seconds between two looks at the memory


@dataclass(frozen=True)
class Spent:
    """What was spent."""

    cpu: float
    wall: float
    memory: int  # bytes: the most that all processes held together at a look

    def __add__(self, other: "Spent") -> "Spent":
        most = max(self.memory, other.memory)
        return Spent(self.cpu + other.cpu, self.wall + other.wall, most)


@dataclass(frozen=True)
class Command:
    """A command, where it runs, and what it may end with."""

    line: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    codes: tuple[int, ...] = (0,)


def measured(commands: Sequence[Command]) -> Spent:
    """Run commands beside each other, and return what all of them cost until the last one ends."""
    kernel.control(kernel.SET_SUBREAPER, 1)  # so that what they leave is counted here, too
    cpu, began, memory = _cpu(), monotonic(), 0
    running = [_started(command) for command in commands]
    while alive := [process for process in running if process.poll() is None]:
        with suppress(subprocess.TimeoutExpired):
            alive[0].wait(LOOK)
        memory = max(memory, _memory())
    wall = monotonic() - began
    for command, process in zip(commands, running, strict=True):
        if process.returncode not in command.codes:
            told = (command.folder / SAID).read_text(errors="replace")[-3000:]
            raise RuntimeError(f"{command.line} ended with {process.returncode}: {told}")
    _bury()
    return Spent(_cpu() - cpu, wall, memory)


def _started(command: Command) -> "subprocess.Popen[bytes]":
    with (command.folder / SAID).open("w") as said:
        return subprocess.Popen(
            command.line, cwd=command.folder, env=dict(command.environment),
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip


def _memory() -> int:
    return sum(map(processes.memory, list(processes.descendants(os.getpid()))))


def _bury() -> None:
    """Wait for what the commands left: only then the kernel says what it cost."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
