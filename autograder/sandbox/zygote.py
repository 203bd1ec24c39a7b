"""A process with torch imported once; each submission gets a fork of it. It runs no learner's code.

It never computes with torch, either: threads that a computation starts do not survive a fork. It
hears one-byte orders from the host, and answers with lines of JSON.
"""

import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.sandbox import kernel, room

PRELOAD = (
    "numpy", "torch", "torch.utils.data", "torch.nn.functional", "matplotlib.pyplot", "PIL.Image",
    "autograder.sandbox.guest", "mnist_course.data", "inspect", "torch._dynamo",
)  # fmt: skip
COURSE = "/course"
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Build the room, import what lessons need, and wait for orders."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # the host held them while it started this
    settings = json.loads(sys.argv[1])
    door = socket.socket(fileno=settings["door"])
    try:
        if settings["full"]:
            settings["user"] = _enter_user()
        _leave_the_tidying(settings)
        if settings["full"]:
            _enter_room(settings)
        _import_everything(settings)
        _say(door, {"ready": True})
    except room.RefusedError as error:
        _say(door, {"refused": str(error)})
        sys.exit(2)
    Zygote(door, settings).serve()


def _say(door: socket.socket, what: dict[str, Any]) -> None:
    door.sendall(json.dumps(what).encode() + b"\n")


# ---- the room ------------------------------------------------------------------------------------


def _enter_user() -> int | None:
    """Return whom guests shall be, as root; otherwise become the root of a namespace."""
    if kernel.has_capabilities():
        return _unprivileged_user()
    room.become_root_of_a_user_namespace()
    return None


def _enter_room(settings: dict[str, Any]) -> None:
    """Furnish the room, and go in: nothing else of the machine can be seen from here on."""
    room.prepare()
    fonts = _font_list()
    folder = Path(settings["folder"]) / "room"
    folder.mkdir()
    sources = {source: source for source in settings["sources"]} | {settings["course"]: COURSE}
    room.furnish(str(folder), sources, settings["instead"])
    os.environ.clear()
    os.environ.update(room.ENVIRONMENT)
    for name, content in fonts.items():
        Path("/tmp", name).write_bytes(content)
    sys.path[:] = [COURSE if path == settings["course"] else path for path in sys.path]
    for package in ("autograder", "autograder.sandbox"):
        sys.modules[package].__path__ = [f"{COURSE}/{package.replace('.', '/')}"]


def _unprivileged_user() -> int:
    """Choose a user whom nobody else is, so that limits of processes are a guest's own."""
    first = Path("/proc/self/uid_map").read_text().split()
    return 2**20 + os.getpid() if int(first[2]) == 2**32 - 1 else room.NOBODY


def _leave_the_tidying(settings: dict[str, Any]) -> None:
    """Go on as a child, the first process of a namespace; the parent tidies up after it.

    So nothing is left of a grading, however the host ends.
    """
    if settings["full"]:
        try:
            kernel.unshare(kernel.NEW_PIDS)
        except OSError as error:
            what = f"namespaces of processes are not allowed here ({error.strerror})"
            raise room.RefusedError(what) from error
    child = os.fork()
    if child == 0:
        if sys.platform == "linux":
            kernel.control(kernel.SET_DEATH_SIGNAL, signal.SIGKILL)
        return
    os.close(settings["door"])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGKILL))
    os.waitpid(child, 0)
    shutil.rmtree(settings["folder"], ignore_errors=True)
    for group in settings["groups"]:
        with suppress(OSError):
            Path(group).rmdir()
    os._exit(0)


def _font_list() -> dict[str, bytes]:
    """Read what matplotlib knows of fonts: to find it out anew takes seconds."""
    homes = [os.environ.get("MPLCONFIGDIR"), f"{os.environ.get('HOME', '')}/.cache/matplotlib"]
    found = [path for home in homes if home for path in Path(home).glob("fontlist-*.json")]
    return {path.name: path.read_bytes() for path in found}


def _import_everything(settings: dict[str, Any]) -> None:
    """Import once what each guest then has at once."""
    import importlib

    for name in [*PRELOAD, *settings["preload"]]:
        importlib.import_module(name)
    from autograder.sandbox import standins

    standins.put_up()
    gc.freeze()  # so that no collection in a guest touches, and so copies, what all share


# ---- orders --------------------------------------------------------------------------------------


class Zygote:
    """Forks guests, one at a time, and looks after them."""

    def __init__(self, door: socket.socket, settings: dict[str, Any]) -> None:
        self.door, self.settings = door, settings
        self.full = settings["full"]
        self.guest = 0
        self.own_pids = os.open("/proc/self/ns/pid", os.O_RDONLY) if self.full else -1
        self.wakeup, bell = socket.socketpair()
        for end in (self.wakeup, bell):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(bell.fileno())
        self.bell = bell
        if not self.full and sys.platform == "linux":
            kernel.control(kernel.SET_SUBREAPER, 1)

    def serve(self) -> None:
        """Follow orders until the host hangs up."""
        while True:
            ready, _, _ = select.select([self.door, self.wakeup], [], [])
            if self.wakeup in ready:
                self.wakeup.recv(4096)
                self._bury()
            if self.door in ready:
                order, lines, _, _ = socket.recv_fds(self.door, 1, 2)
                if not order:
                    self._kill()
                    return
                self._obey(order, lines)

    def _obey(self, order: bytes, lines: list[int]) -> None:
        if order == b"f":
            self.guest = self._fork(lines)
            for line in lines:
                os.close(line)
        elif order == b"k":
            self._kill()
        elif order == b"u":
            _say(self.door, {"used": list(self._used())})

    def _fork(self, lines: list[int]) -> int:
        if self.full:
            kernel.unshare(kernel.NEW_PIDS)
        guest = os.fork()
        if guest == 0:
            self._become_guest(*lines)
        if self.full:
            kernel.enter(self.own_pids, kernel.NEW_PIDS)
        return guest

    def _become_guest(self, line: int, output: int) -> None:
        """Never return: what a guest raises must not be taken for the zygote's."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            for group in self.settings["cgroups"]:
                os.write(group, b"0")
            folder = self._settle(line, output)
            from autograder.sandbox.guest import Guest

            Guest(socket.socket(fileno=3), folder).serve()
            status = 0
        finally:
            os._exit(status)

    def _settle(self, line: int, output: int) -> str:
        """Shut the guest in: its own files and processes, its limits, nothing to hold on to."""
        limits = self.settings["limits"]
        if self.full:
            room.close_doors(self.settings["user"], limits["disk"])
            kernel.control(kernel.SET_DEATH_SIGNAL, signal.SIGKILL)
        folder = "/tmp" if self.full else self.settings["folder"]
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(line, 63)
        for number in (1, 2):
            os.dup2(output, number)
        os.dup2(nothing, 0)
        os.dup2(63, 3)
        os.closerange(4, 4096)
        os.set_inheritable(3, False)
        room.limit(**limits, used=room.address_space())
        if self.full:
            room.lock()
        return folder

    # ---- looking after a guest -------------------------------------------------------------------

    def _kill(self) -> None:
        if self.guest:
            with suppress(ProcessLookupError):
                os.kill(self.guest, signal.SIGKILL)

    def _bury(self) -> None:
        """Collect who has died; tell the host if it was the guest, and let nothing outlive it."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if not pid:
                return
            if pid == self.guest:
                self.guest = 0
                self._kill_orphans()
                code, seconds = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
                _say(self.door, {"ended": code, "cpu": seconds, "memory": usage.ru_maxrss * 1024})

    def _kill_orphans(self) -> None:
        """Kill what a guest left behind, where no namespace dies with it."""
        while not self.full and (left := list(_children(os.getpid()))):
            for pid in left:
                with suppress(ProcessLookupError, ChildProcessError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)

    def _used(self) -> tuple[float, int]:
        """Return processor seconds and memory of the guest and all that it started."""
        pids = [self.guest, *_descendants(self.guest)] if self.guest else []
        return sum(map(_seconds, pids)), sum(map(_memory, pids))


def _descendants(pid: int) -> Iterator[int]:
    for child in _children(pid):
        yield child
        yield from _descendants(child)


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(p) for task in tasks for p in (task / "children").read_text().split()]
    return []


def _seconds(pid: int) -> float:
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / TICKS  # of those, too, that it waited for
    return 0.0


def _memory(pid: int) -> int:
    """Return a process's share of the memory that it uses."""
    with suppress(OSError, ValueError):
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return int(text.partition("\nPss:")[2].split()[0]) * 1024
    return 0


if __name__ == "__main__":
    main()
