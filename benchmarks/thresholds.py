"""The minimum accuracies: how far honest answers lie above them, and others below.

    python -m benchmarks.thresholds [--data digits|mnist] [--seeds 20] [--exercise NAME]

Each contender is trained as a learner would, on one thread, and judged as the grader judges: on
images that are moved and made noisy by a new seed. The margin is counted in standard deviations
of the contender: 3.1 of them and an honest answer passes in 99.9 of 100 gradings.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.draw import Draw
from autograder.exams import MINIMUM
from autograder.exercises import all_exercises
from autograder.probes import plain_copy
from mnist_course.augmentation import random_affine
from mnist_course.data import Batches
from mnist_course.training import seeded, train_digit_cnn

Train = Callable[..., nn.Module]
BATCH, LR = 64, 1e-3
TRAININGS = ("train_digit_cnn", "train_robust_cnn")


def two_convolutions() -> nn.Module:
    """Return the network that most people write first."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 10),
    )  # fmt: skip


def with_dropout() -> nn.Module:
    """Return a wider network that forgets half of what it sees while it learns."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(800, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10),
    )  # fmt: skip


def strided() -> nn.Module:
    """Return a network without pooling."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, 2), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3, 2), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Flatten(), nn.Linear(800, 10),
    )  # fmt: skip


def linear() -> nn.Module:
    """Return no network at all: one layer."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))


def perceptron() -> nn.Module:
    """Return a network that knows nothing of neighbours."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def learned(model: nn.Module, loader: Batches, least_steps: int) -> nn.Module:
    """Train with Adam for whole epochs, at least so many steps; the loop that people write."""
    optimizer = torch.optim.Adam(model.parameters(), LR)
    for _ in range(-(-least_steps // len(loader))):
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    return model.eval()


def plainly(make: Callable[[], nn.Module], least_steps: int) -> Train:
    """Return a training on the images as they are."""

    def train(images: Tensor, labels: Tensor, seed: int = 0) -> nn.Module:
        with seeded(seed):
            loader = Batches(images, labels, BATCH, shuffle=True, seed=seed)
            return learned(make(), loader, least_steps)

    return train


def untrained(_images: Tensor, _labels: Tensor, seed: int = 0) -> nn.Module:
    """Return a network that did not learn."""
    with seeded(seed):
        return two_convolutions().eval()


STEPS = 900  # ten epochs of the embedded digits, or one of MNIST
NETWORKS = {
    "two convolutions": two_convolutions,
    "with dropout": with_dropout,
    "strided, batch norm": strided,
}
OTHERS: dict[str, Train] = {
    "linear": plainly(linear, STEPS),
    "perceptron": plainly(perceptron, STEPS),
    "untrained": untrained,
}


def robustly(make: Callable[[], nn.Module], least_steps: int) -> Train:
    """Return the same loop, on images that are shifted, turned and scaled."""

    def moved(images: Tensor, generator: torch.Generator) -> Tensor:
        return random_affine(images, 3, 20, (0.8, 1.2), generator)

    def train(images: Tensor, labels: Tensor, seed: int = 0) -> nn.Module:
        with seeded(seed):
            return learned(
                make(), Batches(images, labels, BATCH, shuffle=True, seed=seed, augment=moved),
                least_steps,
            )  # fmt: skip

    return train


def contenders(exercise: str) -> dict[str, Train]:
    """Return who is trained for an exercise: the reference first, then honest ones, then others."""
    reference = all_exercises()[exercise].reference
    if exercise == "train_robust_cnn":
        honest = {f"{n}, moved": robustly(m, 2 * STEPS) for n, m in NETWORKS.items()}
        return (
            {"reference": reference} | honest | {"reference, not moved": train_digit_cnn} | OTHERS
        )
    return {"reference": reference} | {n: plainly(m, STEPS) for n, m in NETWORKS.items()} | OTHERS


@dataclass
class Trial:
    """One training: what share it read of the grader's images, whether it passed, what it cost."""

    accuracy: float
    passed: bool
    seconds: float


def measure(exercise: str, train: Train, data: str, seed: int) -> Trial:
    """Train and judge once, just as the grader does."""
    (case,) = all_exercises()[exercise].cases
    inputs = case.draw(Draw(seed, "thresholds", data=data))
    before = time.process_time()
    got = case.probe(train, plain_copy(inputs))
    seconds = time.process_time() - before
    outputs = got["exam"] if "exam" in got else got["logits"]
    accuracy = (outputs.argmax(dim=1) == inputs["_labels"]).float().mean()
    assert case.expect
    passed = case.judge(case.expect(inputs), got) is None
    return Trial(float(accuracy), passed, seconds)


def line(name: str, trials: list[Trial], minimum: float) -> str:
    """Return one line of the table."""
    shares = [100 * trial.accuracy for trial in trials]
    mean, spread = statistics.mean(shares), statistics.pstdev(shares)
    margin = (mean - 100 * minimum) / spread if spread else float("inf")
    seconds = statistics.mean(trial.seconds for trial in trials)
    passed = sum(trial.passed for trial in trials)
    return (
        f"| {name} | {mean:.1f} ± {spread:.1f} | {min(shares):.1f} | {max(shares):.1f} "
        f"| {margin:+.1f} | {passed} of {len(trials)} | {seconds:.1f} |"
    )


def main() -> None:
    """Print a table for each exercise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="digits", choices=("digits", "mnist"))
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--exercise", choices=TRAININGS)
    options = parser.parse_args()
    torch.set_num_threads(1)
    for (exercise, data), minimum in MINIMUM.items():
        wanted = exercise in TRAININGS and options.exercise in (None, exercise)
        if data == options.data and wanted:
            print(f"\n{exercise}, {data}: at least {minimum:.0%}, {options.seeds} seeds\n")
            print("| trained | read % | least | most | margin in deviations | pass | CPU s |")
            print("|---|---|---|---|---|---|---|")
            for name, train in contenders(exercise).items():
                seeds = range(options.seeds)
                trials = [measure(exercise, train, data, seed) for seed in seeds]
                print(line(name, trials, minimum), flush=True)


if __name__ == "__main__":
    main()
