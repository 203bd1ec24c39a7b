"""Train with several learning rates and batch sizes, and compare.

The validation split judges; the test set is not touched.
"""

import argparse
import itertools
from pathlib import Path
from typing import Any

from mnist_course.commands import options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("--recipe", default="classic", metavar="NAME")
    options.add_data(parser)
    parser.add_argument("--lr", type=options.several(float), metavar="A,B,…", help="learning rates")
    parser.add_argument("--batch-size", type=options.several(int), metavar="A,B,…")
    parser.add_argument("--epochs", type=int, default=1, metavar="N", help="for each pair (1)")
    options.add_training(parser)
    parser.add_argument("--out", type=Path, default=Path("runs/sweep"), metavar="FOLDER")


def run(args: argparse.Namespace) -> int:
    """Train every pair; leave sweep.json and sweep.png."""
    from mnist_course.checkpoints import write_json
    from mnist_course.data import load
    from mnist_course.errors import CourseError
    from mnist_course.plots import plot_sweep
    from mnist_course.progress import Stopped
    from mnist_course.runs import Settings
    from mnist_course.trainer import train

    recipe = options.find_recipe(args.recipe)
    if args.validation == 0:
        raise CourseError("A sweep is judged by the validation split; --validation must not be 0.")
    device = options.set_up(args, recipe.threads)
    rates, sizes = args.lr or [recipe.lr], args.batch_size or [recipe.batch_size]
    every = {"epochs": args.epochs, "seed": args.seed, "validation": args.validation}
    grid = [
        Settings.of(recipe, 1, **every, lr=lr, batch_size=size)
        for lr, size in itertools.product(rates, sizes)
    ]
    data = load(args.data)
    rows: list[dict[str, Any]] = []
    print("learning rate  batch size  train loss  val loss  val acc  seconds")
    for settings in grid:
        try:
            result = train(settings, data, device=device, spend_test=False, say=lambda _: None)
        except Stopped:
            print(f"Stopped; what was measured is in {args.out / 'sweep.json'}.")
            return 130
        last = result.history[-1]
        if "val_loss" not in last:
            raise CourseError(
                "There are too few images to hold any out; give a larger --validation."
            )
        rows.append({"lr": settings.lr, "batch_size": settings.batch_size, **last})
        write_json(args.out / "sweep.json", rows)
        print(
            f"{settings.lr:>13g}  {settings.batch_size:>10}  {last['train_loss']:>10.4f}  "
            f"{last['val_loss']:>8.4f}  {last['val_accuracy']:>7.2%}  {last['seconds']:>7.1f}"
        )
    best = max(rows, key=lambda row: row["val_accuracy"])
    print(f"Best on the validation split: --lr {best['lr']:g} --batch-size {best['batch_size']}.")
    plot_sweep(rows).savefig(args.out / "sweep.png")
    print(f"Saved in {args.out}: sweep.json, sweep.png.")
    return 0
