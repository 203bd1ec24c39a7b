"""CPU seconds to 99.0% and to 99.4% of the MNIST test set, single-threaded, recipe by recipe.

    python -m benchmarks.training [--seeds 5] [--recipes fast,reference,…]

The recipes take turns, seed by seed, so that a busy machine disturbs all of them alike. Only
training counts: the clock stands still while the test set is measured after an epoch. A recipe
that falls to its end (fast, reference) is only good at its end; the others are stopped at the
first epoch that reaches 99.4%, or after --epochs.
"""

import argparse
import statistics
from dataclasses import dataclass

import torch

from mnist_course.data import Dataset, load
from mnist_course.recipes import RECIPES
from mnist_course.runs import Run, Settings
from mnist_course.training import Tally

GOALS = (0.990, 0.994)


@dataclass
class Trial:
    """One training: CPU seconds to each goal (None where it was not reached), and how it ended."""

    seconds_to: dict[float, float | None]
    seconds: float
    epochs: int
    accuracy: float


def measure(recipe_name: str, data: Dataset, seed: int, most_epochs: int) -> Trial:
    """Train once; look at the test set after each epoch, off the clock."""
    recipe = RECIPES[recipe_name]
    run = Run(Settings.of(recipe, len(data.train_labels), seed=seed), data, torch.device("cpu"))
    epochs = min(run.settings.epochs, most_epochs)
    if recipe_name in ("fast", "reference"):
        epochs = run.settings.epochs
    reached: dict[float, float | None] = dict.fromkeys(GOALS)
    seconds, accuracy = 0.0, 0.0
    for _ in range(epochs):
        run.learn_one_epoch(Tally())
        seconds += run.history[-1]["cpu_seconds"]
        accuracy = run.test()["test_accuracy"]
        for goal in GOALS:
            if accuracy >= goal and reached[goal] is None:
                reached[goal] = seconds
        if reached[GOALS[-1]] is not None:
            break
    return Trial(reached, seconds, len(run.history), accuracy)


def spread(values: list[float | None]) -> str:
    """Return mean and spread, and how many of the trials they stand for."""
    known = [value for value in values if value is not None]
    if not known:
        return "not reached"
    deviation = statistics.stdev(known) if len(known) > 1 else 0.0
    of_all = "" if len(known) == len(values) else f" ({len(known)} of {len(values)})"
    return f"{statistics.mean(known):.2f} ± {deviation:.2f}{of_all}"


def show(trials: dict[str, list[Trial]]) -> None:
    """Print the table, as Markdown."""
    print("| recipe | CPU s to 99.0% | CPU s to 99.4% | test accuracy at the end | epochs |")
    print("|---|---|---|---|---|")
    for name, of_recipe in trials.items():
        columns = [spread([trial.seconds_to[goal] for trial in of_recipe]) for goal in GOALS]
        accuracy = spread([100 * trial.accuracy for trial in of_recipe])
        epochs = statistics.mean(trial.epochs for trial in of_recipe)
        print(f"| {name} | {columns[0]} | {columns[1]} | {accuracy} | {epochs:.1f} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--recipes", default="fast,reference,classic,pytorch-example")
    parser.add_argument("--epochs", type=int, default=5, help="at most, for recipes without an end")
    args = parser.parse_args()
    torch.set_num_threads(1)
    data = load("mnist")
    if data.name != "mnist":
        raise SystemExit(
            "This is measured on real MNIST only; see MNIST_COURSE_DATA in the README."
        )
    names = args.recipes.split(",")
    trials: dict[str, list[Trial]] = {name: [] for name in names}
    for seed in range(args.seeds):
        for name in names:
            trial = measure(name, data, seed, args.epochs)
            trials[name].append(trial)
            print(f"{name}, seed {seed}: {trial}", flush=True)
    show(trials)
    if {"fast", "pytorch-example"} <= trials.keys():
        ours, theirs = (
            [t.seconds_to[0.990] for t in trials[name] if t.seconds_to[0.990] is not None]
            for name in ("fast", "pytorch-example")
        )
        if ours and theirs:
            ratio = statistics.mean(theirs) / statistics.mean(ours)
            print(f"To 99.0%, `pytorch-example` takes {ratio:.0f} times the CPU seconds of `fast`.")


if __name__ == "__main__":
    main()
