"""Train a network by a recipe.

It leaves model.safetensors, history.json and history.png in a folder, and a checkpoint after
every epoch. Ctrl-C saves; --resume goes on, and ends exactly as if nothing had happened.
"""

import argparse
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from mnist_course.commands import options
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from mnist_course.data import Dataset
    from mnist_course.recipes import Recipe
    from mnist_course.runs import Settings

DECIDING = ("recipe", "epochs", "batch_size", "lr", "seed", "validation")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--recipe", metavar="NAME", help="how to train (reference); see `recipes`")
    options.add_data(parser)
    parser.add_argument("--epochs", type=int, metavar="N")
    parser.add_argument("--batch-size", type=int, metavar="N")
    parser.add_argument("--lr", type=float, metavar="RATE", help="the highest learning rate")
    options.add_training(parser)
    parser.add_argument(
        "--log-every", type=int, default=0, metavar="N", help="show every Nth batch's loss"
    )
    parser.add_argument(
        "--test-each-epoch", action="store_true", help="show test figures, choose by none"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="where to leave it (runs/RECIPE)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with what was interrupted")


def run(args: argparse.Namespace) -> int:
    """Train, or go on training."""
    from mnist_course import trainer
    from mnist_course.data import load
    from mnist_course.progress import Stopped

    folder = args.out or Path("runs") / (args.recipe or "reference")
    saved = _saved(folder, args) if args.resume else None
    recipe = options.find_recipe(saved.recipe if saved else args.recipe or "reference")
    device = options.set_up(args, recipe.threads)
    data = load(args.data)
    settings = saved or _fresh(recipe, data, folder, args)
    try:
        result = trainer.train(
            settings,
            data,
            folder,
            resume=args.resume,
            device=device,
            log_every=args.log_every,
            test_each_epoch=args.test_each_epoch,
        )
    except Stopped:
        again = ["train", "--resume", "--data", args.data, "--out", str(folder)]
        print(f"Stopped, and saved. Go on with: mnist-course {shlex.join(again)}")
        return 130
    print(f"Test accuracy: {result.test['test_accuracy']:.2%}, measured once, at the end.")
    print(f"Saved in {folder}: {', '.join(sorted(path.name for path in folder.iterdir()))}.")
    return 0


def _fresh(recipe: "Recipe", data: "Dataset", folder: Path, args: argparse.Namespace) -> "Settings":
    from mnist_course.runs import Settings, output_names
    from mnist_course.trainer import make_room

    output_names(data)  # what cannot be trained on displaces no earlier run
    changes = {key: getattr(args, key) for key in DECIDING if key != "recipe"}
    settings = Settings.of(recipe, len(data.train_labels), **changes)
    if aside := make_room(folder):
        print(f"An earlier run was in {folder}; it is kept as {aside}.")
    return settings


def _saved(folder: Path, args: argparse.Namespace) -> "Settings":
    """Return the settings of the interrupted run, having seen that no option contradicts them."""
    from mnist_course.checkpoints import read_tensors
    from mnist_course.runs import saved_settings
    from mnist_course.trainer import CHECKPOINT_FILE

    path = folder / CHECKPOINT_FILE
    if not path.exists():
        raise CourseError(
            f"There is nothing to resume in {folder}; leave out --resume, or name --out."
        )
    settings = saved_settings(read_tensors(path)[1], path)
    for key in DECIDING:
        given, was = getattr(args, key), getattr(settings, key)
        if given is not None and given != was:
            option = f"--{key.replace('_', '-')}"
            raise CourseError(
                f"The run in {folder} was begun with {option} {was}, not {given}; leave out "
                f"{option}, or leave out --resume to begin anew."
            )
    return settings
