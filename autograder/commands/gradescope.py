"""Write the zip that Gradescope grades one lesson with.

Upload it under "Configure Autograder". It holds this engine, no solution and no test.
"""

import argparse
from pathlib import Path

from autograder.commands.demands import demand_places
from autograder.commands.options import add_seed, add_timeout, add_torch, chosen_lesson
from autograder.screen import add_plain

SECONDS = 420.0  # Gradescope ends everything after ten minutes, unless told otherwise


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which lesson, and where to."""
    parser.add_argument(
        "--lesson", required=True, metavar="LESSON", help="03_conv_layers, or just 3"
    )
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("autograder.zip"), metavar="ZIP",
        help="what to write (autograder.zip)",
    )  # fmt: skip
    add_torch(parser)
    add_seed(parser)
    add_timeout(parser, SECONDS)
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Write it, and say what it holds."""
    lesson = chosen_lesson(args.lesson)
    demand_places((args.output,))
    from autograder.platforms.zipped import Wanted, autograder_zip
    from mnist_course.files import write_atomically

    content = autograder_zip(Wanted(lesson, args.torch, args.timeout, args.seed))
    write_atomically(args.output, content)
    print(f"{args.output}: {lesson}, {len(content) / 1000:.0f} kB. It installs: {args.torch}.")
    return 0
