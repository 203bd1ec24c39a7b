"""Write a network for other programs, as ONNX or JSON.

The book's page for drawing digits reads the JSON.
"""

import argparse
from pathlib import Path

from mnist_course.commands import options
from mnist_course.errors import CourseError

FORMATS = ("onnx", "json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("out", type=Path, metavar="FILE", help="its ending tells: .onnx or .json")
    parser.add_argument("--format", choices=FORMATS, help="where the ending does not tell")
    options.add_weights(parser)


def run(args: argparse.Namespace) -> int:
    """Write the file."""
    from mnist_course import export
    from mnist_course.checkpoints import SHIPPED, load_network

    kind = args.format or args.out.suffix.lstrip(".").lower()
    if kind not in FORMATS:
        raise CourseError(f"{args.out} ends neither in .onnx nor in .json; say which by --format.")
    network, about = load_network(args.weights or SHIPPED)
    write = export.write_onnx if kind == "onnx" else export.write_json
    write(network, args.out, about)
    print(f"Wrote {args.out} ({args.out.stat().st_size / 1024:.0f} KB).")
    return 0
