"""Judge a network on the test set.

Loss, accuracy, precision and recall of every class; the confusion matrix and the hardest
mistakes as figures.
"""

import argparse
from pathlib import Path

from mnist_course.commands import options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    options.add_data(parser)
    options.add_weights(parser)
    options.add_machine(parser)
    parser.add_argument("--out", type=Path, default=Path("runs/evaluation"), metavar="FOLDER")


def run(args: argparse.Namespace) -> int:
    """Print the figures; leave evaluation.json, confusion.png and mistakes.png."""
    from mnist_course.checkpoints import write_json
    from mnist_course.data import Batches, load
    from mnist_course.evaluation import (
        confusion_matrix,
        evaluate,
        hardest_mistakes,
        precision_recall,
        predict_probabilities,
    )
    from mnist_course.plots import plot_confusion, plot_mistakes
    from mnist_course.runs import output_names

    device = options.set_up(args)
    args.out.mkdir(parents=True, exist_ok=True)
    network, what = options.load_weights(args.weights)
    data = load(args.data)
    classes = output_names(data)
    images, labels = data.test_images, data.test_labels
    network = network.to(device)
    loss, accuracy = evaluate(network, Batches(images, labels, batch_size=1000))
    probabilities = predict_probabilities(network, images)
    confusion = confusion_matrix(probabilities.argmax(dim=1), labels, len(classes))
    precision, recall = precision_recall(confusion)

    print(f"{what[0].upper()}{what[1:]}, on {len(labels):,} test images:")
    print(f"loss {loss:.4f}, accuracy {accuracy:.2%}")
    width = max(5, *map(len, classes))
    print(f"{'class':>{width}}  precision  recall  images")
    for name, p, r, n in zip(classes, precision, recall, confusion.sum(dim=1), strict=True):
        print(f"{name:>{width}}  {p:>9.2%}  {r:>6.2%}  {int(n):>6}")

    figures = {
        "loss": loss,
        "accuracy": accuracy,
        "classes": classes,
        "confusion": confusion.tolist(),
    }
    figures |= {"precision": precision.tolist(), "recall": recall.tolist(), "data": data.source}
    write_json(args.out / "evaluation.json", figures)
    plot_confusion(confusion, classes).savefig(args.out / "confusion.png")
    worst = hardest_mistakes(network, images, labels, k=20)
    plot_mistakes(images[worst], probabilities[worst], labels[worst], classes).savefig(
        args.out / "mistakes.png"
    )
    print(f"Saved in {args.out}: evaluation.json, confusion.png, mistakes.png.")
    return 0
