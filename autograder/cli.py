"""The command `autograder`: its parts are the modules of `autograder.commands`.

Nothing here imports torch: `--help` answers at once.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module, metadata

from autograder.texts import one_line
from mnist_course.errors import CourseError

COMMANDS = (
    "status", "list", "check", "watch", "hint", "solution", "reset", "update", "submit",
    "leaderboard", "grade", "batch", "report", "regrade", "release", "gradescope",
    "github-classroom", "doctor", "completion",
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; Ctrl-C at any moment ends it with 130, and in a word."""
    try:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # it tidies up as Ctrl-C does
        return _run(arguments)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _run(arguments: Sequence[str] | None) -> int:
    """Run one command; what the user can mend is told in a sentence, and ends with 2."""
    for name in ("stdin", "stdout", "stderr"):  # they may be closed
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r+"))  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    parser = make_parser()
    if "_ARGCOMPLETE" in os.environ:  # a shell asks what could come next
        import argcomplete

        argcomplete.autocomplete(parser)
    args = parser.parse_args(arguments)
    name = args.command or "status"  # what `autograder` alone is
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except CourseError as error:
        print(f"autograder {name}: {one_line(str(error), 2000)}", file=sys.stderr)
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough; not all was done
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        print(f"autograder {name}: {what}", file=sys.stderr)
    return 2


def make_parser() -> argparse.ArgumentParser:
    """Put the commands together; each module adds its own arguments."""
    from autograder.commands import status
    from autograder.screen import add_plain

    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Where you are in the course, what is right, what is wrong and why. Without a "
        'command it says where you are. In a lesson `check("name")` checks the same.',
    )
    parser.add_argument("--version", action="version", version=metadata.version("mnist-course"))
    add_plain(parser)
    parser.set_defaults(plain=False, run=status.run)
    commands = parser.add_subparsers(title="commands", dest="command", metavar="COMMAND")
    for name in COMMANDS:
        module = import_module(f"autograder.commands.{name.replace('-', '_')}")
        about = (module.__doc__ or "").strip()
        command = commands.add_parser(
            name, help=about.splitlines()[0].rstrip("."), description=about
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
