"""Say what this machine can do, what is missing, and what to do about it.

Nothing is guessed: a room is built, a kernel is looked up, a lesson is opened as a notebook. Ends
with 0 if nothing is missing, and with 1 otherwise.
"""

import argparse
import os
import platform
import shutil
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from autograder.screen import Screen, add_plain

Finding = tuple[bool, str]
ENOUGH = 1.0  # GB


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take nothing but how to speak."""
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Look at each thing in turn."""
    screen, missing = Screen(args.plain), 0
    for look in LOOKS:
        good, text = _found(look)
        missing += not good
        screen.line(f"{'ok     ' if good else 'missing'}  {text}", "" if good else "yellow")
    return 1 if missing else 0


def _found(look: Callable[[], Finding]) -> Finding:
    """Look; what cannot even be looked at is missing."""
    try:
        return look()
    except Exception as error:  # whatever is wrong with this machine, the rest is looked at
        what = look.__name__.strip("_")
        return (
            False,
            f"{what} cannot be looked at ({type(error).__name__}: {error}): run make start",
        )


def _python() -> Finding:
    good = sys.version_info >= (3, 11)
    here = f"Python {platform.python_version()}, {sys.prefix}"
    return good, here if good else f"{here}; 3.11 or newer is needed: make start PYTHON=python3.12"


def _torch() -> Finding:
    try:
        return True, f"torch {metadata.version('torch')}"
    except metadata.PackageNotFoundError:
        return False, "torch: run `make start`"


def _isolation() -> Finding:
    """Build a room, and tell whether that worked."""
    from autograder.sandbox.host import Zygote
    from mnist_course.errors import CourseError

    try:
        with Zygote("01_data", set()) as zygote:
            zygote.wait()
    except CourseError as error:
        return False, (
            f"isolation. {error} (Your own work is checked without it; to grade others' without "
            "it: autograder grade --isolation process)"
        )
    return True, "isolation: namespaces, a root of its own, no network, a filter of kernel calls"


def _limits() -> Finding:
    """Tell how memory is bounded."""
    from autograder.sandbox.cgroup import ControlGroup

    group = ControlGroup(f"autograder-doctor-{os.getpid()}", 2**30, 64)
    there = bool(group.folders)
    for folder in group.folders:
        folder.rmdir()
    if there:
        return True, "memory and processes are bounded by the kernel (control groups)"
    return True, (
        "memory is looked at several times a second: this user may make no control group (as root, "
        "or by `systemd-run --user --scope -p Delegate=yes`, the kernel itself bounds it)"
    )


def _data() -> Finding:
    from mnist_course.data.loading import VARIABLE, cache_folder

    named = os.environ.get(VARIABLE)
    for place in [*([Path(named).expanduser()] if named else []), cache_folder()]:
        if (place / "MNIST" / "raw").is_dir():
            return True, f"MNIST, in {place}"
    if named:
        return (
            False,
            f"MNIST: {VARIABLE} names {named}, which holds no MNIST/raw; correct or unset it",
        )
    return True, "no MNIST here yet: it is fetched when asked for; the embedded digits always work"


def _jupyter() -> Finding:
    """Look up the kernel that a lesson starts: it should be this very Python."""
    from jupyter_client.kernelspec import KernelSpecManager

    version = metadata.version("jupyterlab")
    argv = KernelSpecManager().get_kernel_spec("python3").argv
    kernel = shutil.which(argv[0]) or argv[0]
    if Path(kernel).parent == Path(sys.executable).parent or argv[0].startswith("python"):
        return True, f"JupyterLab {version}; lessons run in {sys.prefix}"
    return False, f"JupyterLab starts {kernel}, not this Python: open the lessons with make lab"


def _pairing() -> Finding:
    """Open a lesson as a notebook, by the settings that hold for its folder."""
    from jupytext.config import find_jupytext_configuration_file

    from autograder.clone import lessons_folder, shown

    folder = lessons_folder()
    settings = find_jupytext_configuration_file(str(folder))
    if not settings or Path(settings).parent != folder.parent:
        return False, (
            f"jupytext: no settings in {shown(folder.parent)}, so that lessons open as text; bring "
            "them back: git checkout jupytext.toml"
        )
    stray = sorted(path.name for path in folder.glob("0*.ipynb"))
    beside = f"; beside them lies {', '.join(stray)}: the newer one counts" if stray else ""
    return True, f"jupytext {metadata.version('jupytext')}: lessons open as notebooks{beside}"


def _memory() -> Finding:
    from autograder.clone import shown
    from autograder.learner.progress import journal, recall

    remark, path = recall()[1], journal()
    place = next(at for at in path.parents if at.exists())
    if not os.access(path if path.exists() else place, os.W_OK):
        return False, f"what you solve cannot be remembered: {shown(path)} cannot be written"
    return not remark, remark or f"what you solve is remembered in {shown(path)}"


def _disk() -> Finding:
    from autograder.clone import root, shown

    free = min(shutil.disk_usage(place).free for place in (root(), Path.home())) / 1e9
    good = free >= ENOUGH
    text = f"{free:.1f} GB of disk are free beside {shown(root())}"
    return good, text if good else f"disk: only {text}; {ENOUGH:g} GB are wanted, make room"


LOOKS = (
    _python, _torch, _isolation, _limits, _data, _jupyter, _pairing, _memory, _disk,
)  # fmt: skip
