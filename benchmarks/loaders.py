"""CPU seconds to serve one epoch of MNIST, single-threaded: the loaders side by side.

python -m benchmarks.loaders
"""

import os
import statistics
import time
from collections.abc import Iterable

import torch
from torch.utils.data import DataLoader

from mnist_course.data import Batches, cache_folder, channel_stats, load, make_loader, normalize
from mnist_course.data.download import torchvision_datasets
from mnist_course.data.loading import VARIABLE

BATCH, ROUNDS = 128, 3


def torchvision_pipeline() -> Iterable[object]:
    """Build what most tutorials use: a picture at a time through ToTensor and Normalize."""
    datasets = torchvision_datasets()
    root = os.environ.get(VARIABLE) or cache_folder()
    from torchvision import transforms

    steps = [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
    mnist = datasets.MNIST(str(root), train=True, transform=transforms.Compose(steps))
    return DataLoader(mnist, batch_size=BATCH, shuffle=True)


def seconds(loader: Iterable[object]) -> float:
    """Serve one epoch."""
    start = time.process_time()
    for _ in loader:
        pass
    return time.process_time() - start


def main() -> None:
    """Measure in turns, so that a busy machine disturbs all alike, and print the medians."""
    torch.set_num_threads(1)
    data = load("mnist")
    if data.name != "mnist":
        raise SystemExit(
            "This is measured on real MNIST only; see MNIST_COURSE_DATA in the README."
        )
    images = normalize(data.train_images, *channel_stats(data.train_images))
    labels = data.train_labels
    loaders: dict[str, Iterable[object]] = {
        "Batches, normalised once": Batches(images, labels, BATCH, shuffle=True),
        "make_loader, normalised once": make_loader(images, labels, BATCH, shuffle=True),
        "torchvision, image by image": torchvision_pipeline(),
    }
    times: dict[str, list[float]] = {name: [] for name in loaders}
    for _ in range(ROUNDS):
        for name, loader in loaders.items():
            times[name].append(seconds(loader))
    fastest = statistics.median(times["Batches, normalised once"])
    print("| loader | CPU s an epoch | times the fastest |")
    print("|---|---|---|")
    for name, measured in times.items():
        median = statistics.median(measured)
        print(f"| {name} | {median:.3f} | {median / fastest:.0f} |")


if __name__ == "__main__":
    main()
