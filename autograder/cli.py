"""The command `autograder`."""

import argparse
from collections.abc import Sequence
from importlib import metadata


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse the arguments; grading from the command line is not part of this version yet."""
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="The grader of the course. In this version it works in a lesson, by "
        '`check("name")`, and as `pytest lessons` and `pytest solutions`; grading files from the '
        "command line comes next.",
    )
    parser.add_argument("--version", action="version", version=metadata.version("mnist-course"))
    parser.parse_args(arguments)
    parser.print_help()
    return 2
