"""Say what this machine can do, what is missing, and how to get it.

Nothing is guessed: a room is built, and looked at. The code ends with 0 if files can be graded in
full isolation, and with 1 otherwise.
"""

import argparse
import os
import platform
import sys
from importlib import metadata
from pathlib import Path


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(_args: argparse.Namespace) -> int:
    """Look at each thing in turn."""
    found = [_python(), _torch(), _isolation(), _limits(), _data()]
    for good, text in found:
        print(f"{'ok     ' if good else 'missing'}  {text}")
    return 0 if found[2][0] else 1


def _python() -> tuple[bool, str]:
    good = sys.version_info >= (3, 11)
    return good, f"Python {platform.python_version()}" + (
        "" if good else "; 3.11 or newer is needed"
    )


def _torch() -> tuple[bool, str]:
    try:
        return True, f"torch {metadata.version('torch')}"
    except metadata.PackageNotFoundError:
        return False, "torch: run `make start`"


def _isolation() -> tuple[bool, str]:
    """Build a room, and tell whether that worked."""
    from autograder.sandbox.host import Zygote
    from mnist_course.errors import CourseError

    try:
        with Zygote("01_data", set()) as zygote:
            zygote.wait()
    except CourseError as error:
        return False, f"isolation. {error} (Without it: autograder grade --isolation process)"
    return True, "isolation: namespaces, a root of its own, no network, a filter of kernel calls"


def _limits() -> tuple[bool, str]:
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


def _data() -> tuple[bool, str]:
    from mnist_course.data.loading import VARIABLE, cache_folder

    places = [Path(os.environ[VARIABLE])] if os.environ.get(VARIABLE) else []
    for place in [*places, cache_folder()]:
        if (place / "MNIST" / "raw").is_dir():
            return True, f"MNIST, in {place}"
    return True, "no MNIST here yet: it is fetched when asked for; the embedded digits always work"
