"""Write a data set as a folder of pictures by class.

FOLDER/train/0/00001.png and so on: torchvision's ImageFolder reads it, and so does --data FOLDER.
"""

import argparse
from pathlib import Path

from mnist_course.commands import options
from mnist_course.errors import CourseError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    options.add_data(parser)
    parser.add_argument("--limit", type=int, metavar="N", help="at most N pictures of each part")


def run(args: argparse.Namespace) -> int:
    """Write the pictures."""
    from mnist_course.data import load
    from mnist_course.data.folders import write_image_folder

    if args.limit is not None and args.limit < 1:
        raise CourseError(f"--limit must be at least 1, not {args.limit}.")
    data = load(args.data)
    if args.data.lower() != "digits" and data.name == "digits":
        raise CourseError(
            f"Nothing is written: {args.data} could not be had, and digits are others."
        )
    parts = {
        "train": (data.train_images[: args.limit], data.train_labels[: args.limit]),
        "test": (data.test_images[: args.limit], data.test_labels[: args.limit]),
    }
    count = write_image_folder(args.folder, parts, data.classes)
    print(f"Wrote {count:,} pictures to {args.folder}. Train on them with --data {args.folder}.")
    return 0
