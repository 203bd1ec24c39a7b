"""Read the digit in each photo.

Works straight after the install, with the network that comes with the course.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mnist_course.commands import options

if TYPE_CHECKING:
    from torch import Tensor, nn

DIGITS = tuple("0123456789")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    options.add_weights(parser)
    parser.add_argument("--json", action="store_true", help="print a list, one entry a file")
    parser.add_argument(
        "--plot",
        type=options.figure_file,
        metavar="FILE",
        help="save what the network saw and said",
    )


def run(args: argparse.Namespace) -> int:
    """Read every photo; one that cannot be read is told, and the others are still read."""
    network, _ = options.load_weights(args.weights)
    found = [_read(network, path) for path in args.photos]
    if args.json:
        print(json.dumps([entry for entry, _ in found], indent=2))
    else:
        for entry, _ in found:
            _show(entry)
    pictures = [(entry, image) for entry, image in found if image is not None]
    if args.plot and pictures:
        _plot(pictures, args.plot)
    return 0 if len(pictures) == len(found) else 1


def _read(network: "nn.Module", path: Path) -> "tuple[dict[str, Any], Tensor | None]":
    from mnist_course.evaluation import predict_probabilities
    from mnist_course.photos import open_photo, prepare_photo

    try:
        image = prepare_photo(open_photo(path))
    except ValueError as error:
        return {"path": str(path), "error": str(error)}, None
    probabilities = predict_probabilities(network, image)[0]
    digit = int(probabilities.argmax())
    return {"path": str(path), "digit": digit, "probabilities": probabilities.tolist()}, image


def _show(entry: dict[str, Any]) -> None:
    import torch

    from mnist_course.commands.terminal import bars

    if "error" in entry:
        named = entry["error"].startswith(entry["path"])
        print(entry["error"] if named else f"{entry['path']}: {entry['error']}", file=sys.stderr)
    else:
        print(f"{entry['path']}: {entry['digit']}")
        print(bars(torch.tensor(entry["probabilities"]), DIGITS))


def _plot(pictures: "list[tuple[dict[str, Any], Tensor]]", path: Path) -> None:
    from mnist_course.plots import plot_predictions

    images = [image for _, image in pictures]
    plot_predictions(
        images,
        [entry["probabilities"] for entry, _ in pictures],
        DIGITS,
        [f"{Path(entry['path']).name}: {entry['digit']}" for entry, _ in pictures],
    ).savefig(path)
    print(f"Saved {path}.", file=sys.stderr)
