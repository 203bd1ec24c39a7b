"""Train every recipe and print the README's table: parameters, accuracy, CPU seconds.

    python -m benchmarks.recipes [--seeds 1] [--recipes classic,…] [--out FILE]

The test set is looked at after each epoch, so that the best one can be told; it chooses nothing.
`pytorch-example` takes most of an hour and is left out unless named: `benchmarks.training` has it.
"""

import argparse
import json
import statistics
from pathlib import Path

import torch

from benchmarks.training import spread
from mnist_course.data import Dataset, load
from mnist_course.model import count_parameters
from mnist_course.recipes import RECIPES
from mnist_course.runs import Settings
from mnist_course.trainer import Result, train

DEFAULT = [name for name in RECIPES if name != "pytorch-example"]


def measure(name: str, data: Dataset, seed: int) -> Result:
    """Train once by the recipe's own settings."""
    settings = Settings.of(RECIPES[name], len(data.train_labels), seed=seed)
    cpu = torch.device("cpu")
    return train(settings, data, device=cpu, test_each_epoch=True, say=lambda _: None)


def row(name: str, results: list[Result]) -> str:
    """Return one line of the table."""
    size = count_parameters(results[0].network)
    final = spread([100 * result.test["test_accuracy"] for result in results])
    best = statistics.mean(
        max(100 * epoch["test_accuracy"] for epoch in result.history) for result in results
    )
    loss = min(epoch["train_loss"] for result in results for epoch in result.history)
    seconds = statistics.mean(
        sum(epoch["cpu_seconds"] for epoch in result.history) for result in results
    )
    epochs = RECIPES[name].epochs
    return f"| `{name}` | {size:,} | {epochs} | {final} | {best:.2f} | {loss:.3f} | {seconds:.1f} |"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Train every recipe and print the README's table.")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--recipes", default=",".join(DEFAULT))
    parser.add_argument("--out", type=Path, help="also keep every epoch as JSON")
    args = parser.parse_args()
    torch.set_num_threads(1)
    data = load("mnist")
    print("| recipe | parameters | epochs | test % | best epoch % | lowest train loss | CPU s |")
    print("|---|---|---|---|---|---|---|")
    histories = {}
    for name in args.recipes.split(","):
        results = [measure(name, data, seed) for seed in range(args.seeds)]
        print(row(name, results), flush=True)
        histories[name] = [result.history for result in results]
    if args.out:
        args.out.write_text(json.dumps(histories, indent=2))


if __name__ == "__main__":
    main()
