"""Train the network that comes with the course, and write beside it what was measured.

make weights
"""

import sys
from dataclasses import replace
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from drawn_photos import prepared_photos  # noqa: E402
from flagged_ones import flagged  # noqa: E402

from mnist_course.checkpoints import SHIPPED, save_network  # noqa: E402
from mnist_course.data import Dataset, load  # noqa: E402
from mnist_course.evaluation import accuracy, predict_probabilities  # noqa: E402
from mnist_course.recipes import RECIPES  # noqa: E402
from mnist_course.runs import Settings  # noqa: E402
from mnist_course.trainer import train  # noqa: E402

PHOTOS, SEED = 1000, 2_000_000  # photos that neither tests nor tuning have seen

ABOUT = """# digits.safetensors

The network that comes with the course: `DigitCNN`, {parameters:,} parameters, {kilobytes} KB. It is
trained by

    make weights

that is, by the recipe `photos` with seed 0 on MNIST and on its ones once more, with a flag drawn to
them ({epochs} epochs, {seconds:.0f} CPU seconds). Measured then:

- {test:.2%} of the MNIST test set;
- {photos:.1%} of the {count} drawn photos that `prepared_photos({count}, {seed})` of
  `tests/drawn_photos.py` draws.
"""


def with_flagged_ones(data: Dataset) -> Dataset:
    """Add a copy of every training one, with a flag."""
    ones = data.train_images[data.train_labels == 1]
    images = torch.cat([data.train_images, flagged(ones, torch.Generator().manual_seed(0))])
    labels = torch.cat([data.train_labels, torch.ones(len(ones), dtype=torch.int64)])
    return replace(data, train_images=images, train_labels=labels)


def main() -> None:
    """Train, measure, write."""
    torch.set_num_threads(1)
    data = load("mnist")
    if data.name != "mnist":
        sys.exit("The network is trained on real MNIST; see MNIST_COURSE_DATA in the README.")
    settings = Settings.of(RECIPES["photos"], len(data.train_labels))
    result = train(settings, with_flagged_ones(data), device=torch.device("cpu"))
    images, labels = prepared_photos(PHOTOS, SEED)
    photos = accuracy(predict_probabilities(result.network, images), labels)
    about = {"recipe": "photos", "seed": settings.seed, "data": "mnist", **result.test}
    save_network(SHIPPED, result.network, about)
    text = ABOUT.format(
        parameters=sum(p.numel() for p in result.network.parameters()),
        kilobytes=SHIPPED.stat().st_size // 1024,
        epochs=settings.epochs,
        seconds=sum(epoch["cpu_seconds"] for epoch in result.history),
        test=result.test["test_accuracy"],
        photos=photos,
        count=PHOTOS,
        seed=SEED,
    )
    (SHIPPED.parent / "README.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
