"""The room in which a learner's code runs: what stands in it, and what nobody can do there.

`Room` is furnished once, by the zygote; each guest then closes the doors behind itself. What can
be seen in the room is an allow-list: Python, its packages, and the files cut for the lesson.
"""

import os
import resource
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograder.sandbox import kernel, syscalls

NOBODY = 65534
# CHOWN, DAC_OVERRIDE, KILL, SETGID, SETUID: to make guests somebody else, and to end them.
TO_STEP_DOWN = (0, 1, 5, 6, 7)
MEGABYTE = 2**20
DEVICES = ("null", "zero", "full", "random", "urandom")
PEOPLE = "learner:x:65534:65534:learner:/tmp:/bin/false\n"
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "USER": "learner", "LANG": "C.UTF-8",
    "MPLBACKEND": "Agg", "MPLCONFIGDIR": "/tmp", "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "",
}  # fmt: skip


class RefusedError(Exception):
    """This machine does not allow what is asked for; the text says what, and what helps."""


def become_root_of_a_user_namespace() -> None:
    """Without root: a namespace of one's own, in which one may mount; nothing outside changes."""
    user, group = os.getuid(), os.getgid()
    try:
        kernel.unshare(kernel.NEW_USER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1")
    except OSError as error:
        raise RefusedError(
            f"this user may not make user namespaces ({error.strerror}); an administrator can "
            "allow them (sysctl kernel.unprivileged_userns_clone=1, on Ubuntu also "
            "kernel.apparmor_restrict_unprivileged_userns=0), or run this as root"
        ) from error


def unprivileged_user() -> int | None:
    """Choose a user whom nobody else is, so that limits of processes are a guest's own.

    In a container there may be root and nobody else: then there is none to be chosen.
    """
    for wanted in (2**20 + os.getpid(), NOBODY):
        if all(_is_mapped(wanted, kind) for kind in ("uid", "gid")):
            return wanted
    return None


def _is_mapped(number: int, kind: str) -> bool:
    lines = Path(f"/proc/self/{kind}_map").read_text().splitlines()
    ranges = [tuple(map(int, line.split())) for line in lines]
    return any(first <= number < first + count for first, _, count in ranges)


def prepare() -> None:
    """Find, while the machine can still be seen, what is needed in the room."""
    try:
        syscalls.prepared()
    except (ImportError, RuntimeError) as error:
        raise RefusedError(
            f"the kernel's filter of calls cannot be set up ({error}); it takes libseccomp "
            "(apt install libseccomp2) and pyseccomp (pip install pyseccomp)"
        ) from error


def font_list() -> dict[str, bytes]:
    """Read what matplotlib knows of fonts: to find it out anew takes seconds."""
    homes = [os.environ.get("MPLCONFIGDIR"), f"{os.environ.get('HOME', '')}/.cache/matplotlib"]
    found = [path for home in homes if home for path in Path(home).glob("fontlist-*.json")]
    return {path.name: path.read_bytes() for path in found}


def furnish(folder: str, sources: Mapping[str, str], instead: Mapping[str, str]) -> None:
    """Make a root of nothing but the sources, read-only; `instead` puts others over some."""
    try:
        kernel.unshare(kernel.NEW_MOUNTS)
        kernel.mount("none", "/", flags=kernel.PRIVATE | kernel.RECURSIVE)
        kernel.mount("tmpfs", folder, "tmpfs", kernel.NO_SETUID | kernel.NO_DEVICES, "mode=755")
        for source, target in sources.items():
            _show(Path(source), Path(folder + target))
        for target, source in instead.items():
            if Path(folder + target).exists():
                _show(Path(source), Path(folder + target))
        _furniture(Path(folder))
        kernel.make_root(folder)
        kernel.restrict("/", kernel.READ_ONLY, recursive=False)
    except OSError as error:
        raise RefusedError(
            f"the kernel does not let a room be built here ({error}); it takes Linux 5.12 or "
            "newer, and a container must be allowed to mount (docker run --privileged, for one)"
        ) from error


def _show(source: Path, target: Path) -> None:
    """Let a file or folder be seen at a place, with everything below it, but not be changed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        target.symlink_to(source.readlink())
        return
    if source.is_dir():
        target.mkdir(exist_ok=True)
    elif not target.exists():
        target.touch()
    kernel.mount(str(source), str(target), flags=kernel.BIND | kernel.RECURSIVE)
    kernel.restrict(str(target), kernel.READ_ONLY | kernel.NO_SETUID | kernel.NO_DEVICES)


def _furniture(root: Path) -> None:
    """Put into the root what programs expect of one."""
    for name in ("dev/shm", "tmp", "proc", "etc"):
        (root / name).mkdir(parents=True, exist_ok=True)
    (root / "etc/passwd").write_text(PEOPLE)
    for name in DEVICES:
        (root / "dev" / name).touch()
        kernel.mount(f"/dev/{name}", str(root / "dev" / name), flags=kernel.BIND)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        (root / "dev" / name).symlink_to(f"/proc/self/fd{target}")
    kernel.mount("tmpfs", str(root / "tmp"), "tmpfs", kernel.NO_SETUID | kernel.NO_DEVICES)
    _processes(str(root / "proc"))


def close_doors(user: int | None, disk: int) -> None:
    """Leave for namespaces of one's own, for good: what a guest does as its first thing."""
    kernel.unshare(kernel.NEW_MOUNTS | kernel.NEW_NET | kernel.NEW_IPC | kernel.NEW_UTS)
    for folder in ("/tmp", "/dev/shm"):
        flags = kernel.NO_SETUID | kernel.NO_DEVICES
        kernel.mount("tmpfs", folder, "tmpfs", flags, f"mode=1777,size={disk},nr_inodes=4096")
    _processes("/proc")
    socket.sethostname("room")
    kernel.forget_capabilities()
    step_down(user)


def step_down(user: int | None) -> None:
    """Become somebody else, if there is anybody, and give up all privileges, for good."""
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    kernel.hold_no_capabilities()
    kernel.control(kernel.NO_NEW_PRIVS, 1)
    kernel.control(kernel.SET_DUMPABLE, 1)


def somebody_else() -> int | None:
    """Choose, without a room, who guests shall be; only root can be somebody else."""
    able = sys.platform == "linux" and kernel.has_capabilities(*TO_STEP_DOWN)
    return unprivileged_user() if able else None


def own_folder(folder: str, user: int | None) -> str:
    """Make the one folder that guests without a room write into; its name is TMPDIR."""
    own = Path(folder, "guest")
    own.mkdir(mode=0o700)
    if user is not None:
        os.chown(own, user, user)
        Path(folder).chmod(0o711)
    os.environ["TMPDIR"] = str(own)
    return str(own)


def python_can_be_read() -> bool:
    """Tell whether whoever this process is can read what was imported; not so in root's home."""
    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    return all(os.access(file, os.R_OK) for file in files if Path(file).is_absolute())


def _processes(folder: str) -> None:
    """Show the processes of this namespace; where a container forbids that, show none."""
    try:
        flags = kernel.NO_SETUID | kernel.NO_DEVICES | kernel.NO_EXEC
        kernel.mount("proc", folder, "proc", flags | kernel.READ_ONLY)
    except OSError:
        kernel.mount("tmpfs", folder, "tmpfs", kernel.READ_ONLY, "size=4096")


def lock() -> None:
    """Throw away the keys: few calls of the kernel are left from here on."""
    syscalls.prepared().load()


def limit(seconds: int, memory: int, processes: int, disk: int, used: int) -> None:
    """Bound what each process may take; `used` is the address space that it begins with."""
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: disk,
        resource.RLIMIT_NOFILE: 256,
    }
    if sys.platform == "linux":  # elsewhere they mean something else, or nothing
        limits[resource.RLIMIT_AS] = used + memory
        limits[resource.RLIMIT_NPROC] = processes
    for kind, value in limits.items():
        with suppress(ValueError, OSError):  # a lower limit stands already
            resource.setrlimit(kind, (value, value))


def address_space() -> int:
    """Return the address space of this process, in bytes; 0 where it cannot be known."""
    with suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0
