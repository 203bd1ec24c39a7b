"""A process with torch imported once; each submission gets a fork of it. It runs no learner's code.

It never computes with torch, either: threads that a computation starts do not survive a fork. It
hears one-byte orders from the host, and answers with lines of JSON.
"""

import errno
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from autograder.sandbox import kernel, processes, room
from autograder.sandbox.cgroup import ControlGroup

PRELOAD = (
    "numpy", "torch", "torch.utils.data", "torch.nn.functional", "matplotlib.pyplot", "PIL.Image",
    "autograder.sandbox.guest", "mnist_course.data", "inspect", "torch._dynamo",
)  # fmt: skip
COURSE = "/course"


def main(door: socket.socket, settings_as_json: str) -> None:
    """Go on as a child; this process stays to tidy up after it, however the host ends.

    The child never returns: its room holds mounts of the machine's files, and whoever tidies up
    must not see those.
    """
    settings = json.loads(settings_as_json)
    try:
        settings["user"] = _enter_namespaces() if settings["full"] else room.somebody_else()
    except room.RefusedError as error:
        _say(door, {"refused": str(error)})
        return
    group = ControlGroup(Path(settings["folder"]).name, **settings["group"])
    child = os.fork()
    if child == 0:
        settings["cgroups"] = group.doors()
        _live(door, settings)
    door.close()
    _tidy_after(child, settings["folder"], group.folders)


def _enter_namespaces() -> int | None:
    """Make the next child the first process of a namespace; return whom guests shall be."""
    user = _enter_user()
    try:
        kernel.unshare(kernel.NEW_PIDS)
    except OSError as error:
        what = f"namespaces of processes are not allowed here ({error.strerror})"
        raise room.RefusedError(what) from error
    return user


def _tidy_after(child: int, folder: str, groups: list[Path]) -> None:
    """Wait for a child, or kill it when told so; then remove what it leaves."""
    if sys.platform == "linux":
        kernel.control(kernel.SET_SUBREAPER, 1)  # what outlives the child becomes a child of this
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGKILL))
    os.waitpid(child, 0)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    processes.kill_children()
    shutil.rmtree(folder, ignore_errors=True)
    for group in groups:
        with suppress(OSError):
            group.rmdir()


def _live(door: socket.socket, settings: dict[str, Any]) -> NoReturn:
    """Build the room, import what lessons need, and follow orders."""
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        if sys.platform == "linux":
            kernel.control(kernel.SET_DEATH_SIGNAL, signal.SIGKILL)
        if settings["full"]:
            _enter_room(settings)
        else:
            settings["own"] = room.own_folder(settings["folder"], settings["user"])
        _import_everything(settings)
        zygote = Zygote(door, settings)
        zygote.try_room()
        _say(door, {"ready": True, "user": settings["user"]})
        zygote.serve()
    except room.RefusedError as error:
        _say(door, {"refused": str(error)})
    except ConnectionError:
        pass  # the host is gone
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


def _say(door: socket.socket, what: dict[str, Any]) -> None:
    door.sendall(json.dumps(what).encode() + b"\n")


# ---- the room ------------------------------------------------------------------------------------


def _enter_user() -> int | None:
    """Return whom guests shall be, as root; otherwise become the root of a namespace."""
    user = room.unprivileged_user() if kernel.has_capabilities() else None
    if user is None:
        room.become_root_of_a_user_namespace()
    return user


def _enter_room(settings: dict[str, Any]) -> None:
    """Furnish the room, and go in: nothing else of the machine can be seen from here on."""
    room.prepare()
    fonts = room.font_list()
    folder = Path(settings["folder"]) / "room"
    folder.mkdir()
    sources = {**settings["sources"], settings["course"]: COURSE}
    room.furnish(str(folder), sources, settings["instead"])
    os.environ.clear()
    os.environ.update(room.ENVIRONMENT)
    for name, content in fonts.items():
        Path("/tmp", name).write_bytes(content)
    sys.path[:] = [sources.get(path, path) for path in sys.path]
    for package in ("autograder", "autograder.sandbox"):
        sys.modules[package].__path__ = [f"{COURSE}/{package.replace('.', '/')}"]


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
            self.guest = self._fork(lambda: self._become_guest(*lines))
            for line in lines:
                os.close(line)
        elif order == b"k":
            self._kill()
        elif order == b"u":
            _say(self.door, {"used": list(self._used())})

    def try_room(self) -> None:
        """Shut guests in that do nothing, before a learner's points depend on that."""
        code = self._tried()
        if code == errno.EACCES and not self.full:
            self.settings["user"] = None  # then guests without a room stay who this process is
            code = self._tried()
        if code:
            why = os.strerror(code) if code > 0 else signal.Signals(-code).name
            raise room.RefusedError(f"nobody can be shut in the room that was built ({why})")

    def _tried(self) -> int:
        """Shut one in; return how it ended."""
        line, output = socket.socketpair()
        guest = self._fork(lambda: self._settle_and_leave(line.fileno(), output.fileno()))
        _, status = os.waitpid(guest, 0)
        for end in (line, output):
            end.close()
        return os.waitstatus_to_exitcode(status)

    def _settle_and_leave(self, line: int, output: int) -> NoReturn:
        status = errno.EPERM
        try:
            self._settle(line, output)
            stranger = not self.full and self.settings["user"] is not None
            status = errno.EACCES if stranger and not room.python_can_be_read() else 0
        except OSError as error:
            status = error.errno or status
        finally:
            os._exit(status)

    def _fork(self, live: Callable[[], NoReturn]) -> int:
        if self.full:
            kernel.unshare(kernel.NEW_PIDS)
        guest = os.fork()
        if guest == 0:
            live()
        if self.full:
            kernel.enter(self.own_pids, kernel.NEW_PIDS)
        return guest

    def _become_guest(self, line: int, output: int) -> NoReturn:
        """Never return: what a guest raises must not be taken for the zygote's."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            from autograder.sandbox.guest import Guest, seed_what_nobody_seeded

            seed_what_nobody_seeded()
            folder = self._settle(line, output)
            Guest(socket.socket(fileno=3), folder).serve()
            status = 0
        finally:
            os._exit(status)

    def _settle(self, line: int, output: int) -> str:
        """Shut the guest in: its own files and processes, its limits, nothing to hold on to."""
        os.setsid()
        for group in self.settings["cgroups"]:
            os.write(group, b"0")
        limits = self.settings["limits"]
        if self.full:
            room.close_doors(self.settings["user"], limits["disk"])
            kernel.control(kernel.SET_DEATH_SIGNAL, signal.SIGKILL)
        elif self.settings["user"] is not None:
            room.step_down(self.settings["user"])
            os.environ.update(HOME=self.settings["own"], USER="learner")
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
        return "/tmp" if self.full else str(self.settings["own"])

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
                if not self.full:  # where no namespace dies with it
                    processes.kill_children()
                code, seconds = os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
                _say(self.door, {"ended": code, "cpu": seconds, "memory": usage.ru_maxrss * 1024})

    def _used(self) -> tuple[float, int]:
        """Return processor seconds and memory of the guest and all that it started."""
        pids = [self.guest, *processes.descendants(self.guest)] if self.guest else []
        return sum(map(processes.seconds, pids)), sum(map(processes.memory, pids))
