"""The command `mnist-course`: its parts are the modules of `mnist_course.commands`.

Nothing here imports torch: `--help` answers at once, and so does a mistyped option.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata

from mnist_course.errors import CourseError

COMMANDS = (
    "start",
    "train",
    "sweep",
    "recipes",
    "evaluate",
    "show",
    "predict",
    "export",
    "export_images",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what the user can mend is told in a sentence, and ends with 2."""
    _never_fail_to_print()
    args = make_parser().parse_args(arguments)
    # Threads that wait for each other by spinning train up to ten times slower where others
    # compute, too; torch reads this when it is first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        code: int = args.run(args)
        sys.stdout.flush()
        return code
    except CourseError as error:
        print(f"mnist-course {args.command}: {error}", file=sys.stderr)
    except BrokenPipeError:  # the reader, `head` perhaps, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"mnist-course {args.command}: {_sentence(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 2


def make_parser() -> argparse.ArgumentParser:
    """Put the commands together; each module adds its own arguments."""
    parser = argparse.ArgumentParser(
        prog="mnist-course",
        description="Train, judge and use networks that read handwritten digits.",
    )
    parser.add_argument("--version", action="version", version=metadata.version("mnist-course"))
    commands = parser.add_subparsers(
        title="commands", dest="command", required=True, metavar="COMMAND"
    )
    for name in COMMANDS:
        module = import_module(f"mnist_course.commands.{name}")
        about = (module.__doc__ or "").strip()
        command = commands.add_parser(
            name.replace("_", "-"), help=about.splitlines()[0].rstrip("."), description=about
        )
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def _never_fail_to_print() -> None:
    """Let a terminal that lacks a character show another one, and one that is closed nothing."""
    sys.stdout = sys.stdout or io.StringIO()
    sys.stderr = sys.stderr or io.StringIO()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _sentence(error: OSError) -> str:
    if error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}."
    return f"{error}."
