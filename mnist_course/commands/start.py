"""See the course work: find the data, train the reference, say what to do next."""

import argparse
from pathlib import Path

from mnist_course.commands import options

NEXT = """
What next?
  mnist-course predict PHOTO     read a digit that you wrote and photographed
  mnist-course show --random     see what the network says of a test image
  mnist-course evaluate          where it errs, class by class
  mnist-course recipes           other networks to train
  make lab                       the lessons, as notebooks
The commands are in .venv/bin; `source .venv/bin/activate` brings them within reach."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    options.add_data(parser)
    options.add_training(parser)


def run(args: argparse.Namespace) -> int:
    """Train the reference network and show how well it reads."""
    print(
        "This is mnist-course: a network that reads handwritten digits, built by hand.\n",
        flush=True,
    )
    from mnist_course.commands import train

    defaults = argparse.Namespace(
        recipe="reference", epochs=None, batch_size=None, lr=None, log_every=0,
        test_each_epoch=False, out=Path("runs/start"), resume=False,
    )  # fmt: skip
    code = train.run(argparse.Namespace(**{**vars(defaults), **vars(args)}))
    if code == 0:
        print(NEXT)
    return code
