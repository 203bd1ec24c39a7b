"""Arguments that several commands share, and what they mean."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mnist_course.errors import CourseError

if TYPE_CHECKING:
    import torch
    from torch import nn

    from mnist_course.recipes import Recipe

Number = TypeVar("Number", int, float)
FIGURES = (".png", ".pdf", ".svg", ".jpg", ".jpeg", ".webp")


def add_data(parser: argparse.ArgumentParser) -> None:
    """--data."""
    parser.add_argument(
        "--data",
        default="mnist",
        metavar="NAME",
        help="mnist, fashion, kmnist, emnist-digits, qmnist, digits, or a folder of pictures",
    )


def add_training(parser: argparse.ArgumentParser) -> None:
    """--seed, --validation, --device, --threads."""
    parser.add_argument("--seed", type=whole, metavar="N", help="of everything random (0)")
    parser.add_argument(
        "--validation", type=float, metavar="SHARE", help="held out of the training images"
    )
    add_machine(parser)


def add_machine(parser: argparse.ArgumentParser) -> None:
    """--device, --threads."""
    parser.add_argument("--device", metavar="NAME", help="cuda, mps or cpu (the fastest there is)")
    parser.add_argument(
        "--threads", type=whole, metavar="N", help="processor threads to compute with"
    )


def add_weights(parser: argparse.ArgumentParser) -> None:
    """--weights."""
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="PATH",
        help="a run's folder or its model.safetensors (the network that comes with the course)",
    )


def whole(text: str) -> int:
    """Read a whole number of a size that seeds and counts can have."""
    number = int(text)
    if not 0 <= number < 2**31:
        raise argparse.ArgumentTypeError(f"must be from 0 to {2**31 - 1}, not {text}")
    return number


def figure_file(text: str) -> Path:
    """Read the name of a figure to save: a format that can be drawn, in a folder that is there."""
    path = Path(text)
    if path.suffix.lower() not in FIGURES:
        raise argparse.ArgumentTypeError(f"{text!r} must end in one of {', '.join(FIGURES)}")
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {str(path.parent)!r}")
    return path


def several(kind: Callable[[str], Number]) -> Callable[[str], list[Number]]:
    """Return what reads "64,128" as a list."""

    def read(text: str) -> list[Number]:
        return [kind(part) for part in text.split(",")]

    read.__name__ = f"list of {kind.__name__}"
    return read


def find_recipe(name: str) -> "Recipe":
    """Return a recipe by name, or say which there are."""
    from mnist_course.recipes import RECIPES

    if name not in RECIPES:
        raise CourseError(f"There is no recipe {name!r}; choose one of {', '.join(RECIPES)}.")
    return RECIPES[name]


def set_up(args: argparse.Namespace, threads: int | None = None) -> "torch.device":
    """Set the threads, if need be to a default, and return the device, if it is there."""
    import torch

    from mnist_course.training import find_device

    threads = threads if args.threads is None else args.threads
    if threads is not None:
        if threads < 1:
            raise CourseError(f"--threads must be at least 1, not {threads}.")
        torch.set_num_threads(threads)
    if args.device is None:
        return find_device()
    try:
        torch.zeros(1, device=args.device).item()
        return torch.device(args.device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise CourseError(
            f"This machine cannot compute on {args.device!r}; try --device cpu."
        ) from error


def load_weights(path: Path | None) -> "tuple[nn.Module, str]":
    """Return the network in a file, or the one that comes with the course, and what it is."""
    from mnist_course.checkpoints import SHIPPED, load_network

    network, about = load_network(path or SHIPPED)
    what = f"the {about['recipe']} network in {path}" if path else "the network of the course"
    return network, what
