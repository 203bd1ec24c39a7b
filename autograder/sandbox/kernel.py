"""The few calls of the Linux kernel that Python has no name for: namespaces, mounts, privileges.

By hand, because Python 3.11 has neither `unshare` nor `mount`, and because a program such as
bubblewrap builds a room for a program that it starts, and not for a fork of a running one.
"""

import ctypes
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

NEW_MOUNTS, NEW_UTS, NEW_IPC = 0x00020000, 0x04000000, 0x08000000
NEW_USER, NEW_PIDS, NEW_NET = 0x10000000, 0x20000000, 0x40000000
READ_ONLY, NO_SETUID, NO_DEVICES, NO_EXEC = 1, 2, 4, 8  # the same for mount and mount_setattr
BIND, RECURSIVE, PRIVATE = 0x1000, 0x4000, 0x40000
DETACH = 2
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
MOUNT_SETATTR = 442  # on every architecture
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41, "riscv64": 41}
SET_DEATH_SIGNAL, SET_DUMPABLE, CAPBSET_DROP, SET_SUBREAPER, NO_NEW_PRIVS = 1, 4, 24, 36, 38
CAPABILITIES_VERSION = 0x20080522


@cache
def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True)


def _called(what: str, result: int) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Enter new namespaces; that of processes is for children alone."""
    _called("unshare", _libc().unshare(flags))


def enter(namespace: int, kind: int) -> None:
    """Enter a namespace that a file descriptor names."""
    _called("setns", _libc().setns(namespace, kind))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount a file system, or bind a file or folder to another place."""
    texts = [text.encode() for text in (source, target, kind)]
    done = _libc().mount(*texts, ctypes.c_ulong(flags), options.encode())
    _called(f"mount {kind or source} on {target}", done)


def unmount(target: str) -> None:
    """Take a mount away, with all below it."""
    _called(f"umount {target}", _libc().umount2(target.encode(), DETACH))


def restrict(target: str, attributes: int, recursive: bool = True) -> None:
    """Take rights from a mount, and from those below it."""
    wanted = (ctypes.c_uint64 * 4)(attributes, 0, 0, 0)
    flags = AT_RECURSIVE if recursive else 0
    done = _libc().syscall(MOUNT_SETATTR, AT_FDCWD, target.encode(), flags, wanted, 32)
    _called(f"mount_setattr {target}", done)


def make_root(folder: str) -> None:
    """Make a mounted folder the root of the file system; what was there before is gone."""
    machine = os.uname().machine
    if machine not in PIVOT_ROOT:
        raise OSError(f"pivot_root is not known for {machine}")
    os.chdir(folder)
    _called("pivot_root", _libc().syscall(PIVOT_ROOT[machine], b".", b"."))
    unmount(".")
    os.chdir("/")


def control(option: int, value: int = 0) -> None:
    """Set one of the process's own switches."""
    _called(f"prctl {option}", _libc().prctl(option, value, 0, 0, 0))


def forget_capabilities() -> None:
    """Let no program that is started from here on have any of them."""
    with suppress(OSError):  # which says that this kernel has no more of them
        for capability in range(64):
            control(CAPBSET_DROP, capability)


def hold_no_capabilities() -> None:
    """Hold none from now on."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_VERSION, 0)
    _called("capset", _libc().capset(header, (ctypes.c_uint32 * 6)()))


def has_capabilities(*wanted: int) -> bool:
    """Tell whether this process may do what root may, mounts above all (CAP_SYS_ADMIN)."""
    status = Path("/proc/self/status").read_text()
    held = int(status.partition("CapEff:")[2].split()[0], 16)
    return all(held >> number & 1 for number in wanted or (21,))
