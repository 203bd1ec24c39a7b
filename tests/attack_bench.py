"""Where attacks are tried on the naive grader, without harm to the machine.

One process imports torch and waits; each trial is a fork of it: the naive grader's own process, in
a world of its own processes, on a machine that it can read but not write, with a small /tmp. So an
attack may kill everything, and what it leaves can be counted before it is swept away. The naive
grader itself is not defended: what it holds, an attack can change.
"""

import atexit
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import naive

from autograder.sandbox import kernel, room

HARM = Path("/tmp/autograder-attack")  # where attacks leave what they leave
WORK = Path("/tmp/work")
HANGS = 12.0  # seconds after which the naive grader is taken to hang; honest files take one
GIGABYTE = 2**30
INIT, KEEPER, GRADER = 1, 2, 3  # processes of a trial, by their numbers there
MOST_PROCESSES = 400
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Trial:
    """What became of the naive grader."""

    reports: list[dict[str, Any]]
    done: bool  # it ended before its time was over
    left: list[str]  # processes that outlive it, by name
    made: list[str]  # files where attacks leave theirs
    memory: int  # bytes that all processes together took at most
    printed: str


class Bench:
    """The process that waits, with torch imported, to be forked."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip

    def attempt(self, files: dict[str, str]) -> Trial:
        """Grade files, by name, in one naive grader; a RuntimeError says why it cannot be had."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(files).encode() + b"\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        if "refused" in said:
            raise RuntimeError(said["refused"])
        return Trial(**said)

    def close(self) -> None:
        """End it; every trial has ended before."""
        self.process.communicate(timeout=60)


# ---- the process that waits ----------------------------------------------------------------------


def serve() -> None:
    """Try what comes, line by line."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # so that nothing that is printed is taken for an answer
    naive.graded(Path(naive.__file__))  # no lesson; but now all is imported
    for line in sys.stdin:
        outlet, inlet = os.pipe()
        world = os.fork()
        if world == 0:
            _into_a_world(json.loads(line), inlet)
        os.close(inlet)
        with os.fdopen(outlet, "rb") as file:
            said = file.read()
        os.waitpid(world, 0)
        print(said.decode() or '{"refused": "the trial died"}', file=answers, flush=True)


def _into_a_world(files: dict[str, str], inlet: int) -> None:
    """Never return: the first process of the new world says what happened in it."""
    try:
        if not kernel.has_capabilities():
            room.become_root_of_a_user_namespace()
        kernel.unshare(kernel.NEW_PIDS | kernel.NEW_MOUNTS)
        if os.fork() == 0:
            said = _refused_or(lambda: _oversee(files))
            os.write(inlet, json.dumps(said).encode())
            os._exit(0)
        os.wait()
    except (OSError, room.RefusedError) as error:
        os.write(inlet, json.dumps({"refused": str(error)}).encode())
    finally:
        os._exit(0)


def _refused_or(oversee: Any) -> dict[str, Any]:
    try:
        return oversee()
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {error}"}


def _oversee(files: dict[str, str]) -> dict[str, Any]:
    """Be the first process of the world: furnish it, start the grader, and look at what it does."""
    kernel.control(kernel.SET_DEATH_SIGNAL, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # which for the first process means: ignored
    _furnish()
    WORK.mkdir()
    for name, text in files.items():
        (WORK / name).write_text(text)
    _become_harmless_root()
    if os.fork() == 0:
        _keep([str(WORK / name) for name in files])
    done, memory = _watch()
    time.sleep(0.1)
    return {
        "reports": _lines(WORK / "results.jsonl"), "done": done, "left": _left(),
        "made": sorted(path.name for path in HARM.glob("*")), "memory": memory,
        "printed": (WORK / "printed").read_text(errors="replace")[-5000:],
    }  # fmt: skip


def _furnish() -> None:
    """Make the machine read-only, but for a /tmp and a /dev/shm of the world's own."""
    kernel.mount("none", "/", flags=kernel.PRIVATE | kernel.RECURSIVE)
    kept = {path: os.open(path, os.O_PATH) for path in _needed_below_tmp()}
    kernel.restrict("/", kernel.READ_ONLY)
    kernel.mount("proc", "/proc", "proc")
    for folder in ("/tmp", "/dev/shm"):
        kernel.mount("tmpfs", folder, "tmpfs", options="mode=1777,size=300m")
    for path, number in kept.items():
        Path(path).mkdir(parents=True, exist_ok=True)
        kernel.mount(f"/proc/self/fd/{number}", path, flags=kernel.BIND)
        os.close(number)


def _become_harmless_root() -> None:
    """Be root of this world alone: what was there before it stays as it is, whatever root does."""
    user, group = os.getuid(), os.getgid()
    kernel.unshare(kernel.NEW_USER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    kernel.unshare(kernel.NEW_MOUNTS)


def _needed_below_tmp() -> set[str]:
    """Return what /tmp would hide of the course and of Python, should they lie there."""
    places = {str(ROOT), str(ROOT.resolve()), sys.prefix, sys.base_prefix}
    return {place for place in places if place.startswith("/tmp/")}


def _keep(files: list[str]) -> None:
    """Start the grader, and wait for it, as a shell or a server does."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    used = room.address_space()
    for kind, most in (
        (resource.RLIMIT_AS, used + 3 * GIGABYTE), (resource.RLIMIT_NPROC, 1000),
        (resource.RLIMIT_FSIZE, 200 * 2**20), (resource.RLIMIT_CPU, 60),
    ):  # fmt: skip
        resource.setrlimit(kind, (most, most))
    if os.fork() == 0:
        _be_the_grader(files)
    os.wait()
    os._exit(0)


def _be_the_grader(files: list[str]) -> None:
    """Do what `python tests/naive.py OUT FILE...` does, to the very end."""
    os.chdir(WORK)
    for number, name in ((0, os.devnull), (1, "printed"), (2, "printed")):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644), number)
    os.closerange(3, 4096)
    sys.argv = [str(ROOT / "tests" / "naive.py"), str(WORK / "results.jsonl"), *files]
    try:
        try:
            naive.main(*sys.argv[1:])
        except BaseException:
            sys.excepthook(*sys.exc_info())
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
    finally:
        os._exit(0)


# ---- looking at it -------------------------------------------------------------------------------


def _watch() -> tuple[bool, int]:
    """Wait until the grader has ended, or its time is over; measure memory all the while."""
    until, memory = time.monotonic() + HANGS, 0
    time.sleep(0.05)
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            os.waitpid(-1, os.WNOHANG)
        memory = max(memory, sum(_memory(pid) for pid in _others()))
        if _has_ended():
            return True, memory
        if len(_others()) > MOST_PROCESSES:
            break
        time.sleep(0.05)
    return False, memory


def _has_ended() -> bool:
    try:
        state = Path(f"/proc/{GRADER}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def _others() -> list[int]:
    return [pid for pid in all_processes() if pid != INIT]


def all_processes() -> list[int]:
    """Return the processes that can be seen from here."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _memory(pid: int) -> int:
    with suppress(OSError, ValueError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(text.partition("\nPss:")[2].split()[0]) * 1024
    return 0


def _left() -> list[str]:
    return [name for pid in _others() if pid != GRADER and "attack-" in (name := name_of(pid))]


def name_of(pid: int) -> str:
    """Return the name and the command line of a process; '' if it is gone."""
    with suppress(OSError):
        folder = Path(f"/proc/{pid}")
        line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return f"{(folder / 'comm').read_text().strip()} {line}"
    return ""


def _lines(path: Path) -> list[dict[str, Any]]:
    """Read reports; what is none is left out."""
    found = []
    for line in path.read_text(errors="replace").splitlines() if path.exists() else []:
        with suppress(ValueError):
            found.append(json.loads(line))
    return found


if __name__ == "__main__":
    serve()
