"""Lesson 2: look before you train. Below it, the figures that the command line saves."""

import base64
import html
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

History = Sequence[Mapping[str, Any]]


def tile(images: Tensor, columns: int) -> Tensor:
    """Lay images out row by row in one large picture; empty places are zero."""
    if columns < 1:
        raise ValueError(f"columns must be at least 1, not {columns}")
    height, width = images.shape[-2:]
    rows = -(-len(images) // columns)
    grid = images.new_zeros(rows * columns, height, width)
    grid[: len(images)] = images.reshape(-1, height, width)
    return (
        grid.view(rows, columns, height, width)
        .transpose(1, 2)
        .reshape(rows * height, columns * width)
    )


def show_digits(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    """Draw each digit in an axes of its own, with its label as title."""
    if columns < 1:
        raise ValueError(f"columns must be at least 1, not {columns}")
    rows = max(1, -(-len(images) // columns))
    figure = Figure(figsize=(1.2 * columns, 1.5 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    for place in axes[len(images) :]:
        place.remove()
    for place, image, label in zip(axes[: len(images)], images, labels.tolist(), strict=True):
        place.imshow(image.reshape(image.shape[-2:]).detach().cpu().numpy(), cmap="gray")
        place.set(title=str(label), xticks=[], yticks=[])
    return figure


def class_counts(labels: Tensor, num_classes: int = 10) -> Tensor:
    """Count how often each class occurs."""
    if len(labels) and not 0 <= labels.min() <= labels.max() < num_classes:
        raise ValueError(
            f"labels must lie in 0..{num_classes - 1}, not in {labels.min()}..{labels.max()}"
        )
    return torch.bincount(labels, minlength=num_classes)


def plot_class_counts(labels: Tensor) -> Figure:
    """Draw one bar a class."""
    counts = class_counts(labels)
    figure = Figure(figsize=(6, 3), layout="constrained")
    axes = figure.subplots()
    axes.bar(range(len(counts)), counts.tolist())
    axes.set(xlabel="digit", ylabel="images", xticks=range(len(counts)))
    return figure


def mean_digits(images: Tensor, labels: Tensor) -> Tensor:
    """Average all images of each digit: (10, 28, 28)."""
    pictures = images.reshape(len(images), *images.shape[-2:])
    return torch.stack([pictures[labels == digit].mean(dim=0) for digit in range(10)])


def nearest_mean(images: Tensor, means: Tensor) -> Tensor:
    """Classify by the nearest mean digit: the first classifier, and the one to beat."""
    distances = torch.cdist(images.flatten(1), means.flatten(1))
    return distances.nan_to_num(nan=math.inf).argmin(dim=1)  # NaN: a digit that never occurred


def plot_history(history: History, title: str = "") -> Figure:
    """Draw loss and accuracy by epoch, training beside validation."""
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    epochs = range(1, len(history) + 1)
    for axes, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for part, style in (("train", "o--"), ("val", "s-")):
            axes.plot(epochs, [epoch[f"{part}_{quantity}"] for epoch in history], style, label=part)
        axes.set(xlabel="epoch", ylabel=quantity, xticks=_sparse(epochs))
        axes.legend()
    figure.suptitle(title)
    return figure


def _sparse(epochs: range) -> list[int]:
    step = max(1, -(-len(epochs) // 12))
    return list(epochs)[step - 1 :: step]


def plot_sweep(rows: History) -> Figure:
    """Draw validation accuracy by learning rate, a line for each batch size."""
    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.subplots()
    for size in sorted({row["batch_size"] for row in rows}):
        line = sorted((row["lr"], row["val_accuracy"]) for row in rows if row["batch_size"] == size)
        axes.plot(*zip(*line, strict=True), "o-", label=f"batch size {size}")
    axes.set(xscale="log", xlabel="learning rate", ylabel="validation accuracy")
    axes.legend()
    return figure


def plot_confusion(confusion: Tensor, classes: Sequence[str]) -> Figure:
    """Draw the confusion matrix; the colours show the mistakes, which the diagonal would drown."""
    figure = Figure(figsize=(7, 6), layout="constrained")
    axes = figure.subplots()
    mistakes = confusion - torch.diag(confusion.diag())
    axes.imshow(mistakes.numpy(), cmap="Oranges")
    for row, column in torch.cartesian_prod(*2 * [torch.arange(len(confusion))]).tolist():
        dark = mistakes[row, column] > mistakes.max() / 2
        text, ink = str(int(confusion[row, column])), "white" if dark else "black"
        axes.text(column, row, text, color=ink, ha="center", va="center", size=8)
    places = range(len(classes))
    axes.set(xlabel="predicted", ylabel="truth", xticks=places, yticks=places)
    axes.set_xticklabels(classes, rotation=0 if max(map(len, classes)) < 3 else 45)
    axes.set_yticklabels(classes)
    return figure


def plot_mistakes(
    images: Tensor, probabilities: Tensor, labels: Tensor, classes: Sequence[str]
) -> Figure:
    """Draw wrongly read images with what was read, how surely, and the truth."""
    figure = show_digits(images, labels, columns=5)
    surest = probabilities.max(dim=1)
    rows = zip(
        figure.axes, surest.indices.tolist(), surest.values.tolist(), labels.tolist(), strict=True
    )
    for axes, guess, probability, label in rows:
        axes.set_title(f"{classes[guess]} ({probability:.0%})\nis {classes[label]}", size=7)
    return figure


def plot_predictions(
    images: Sequence[Tensor],
    probabilities: Sequence[Sequence[float]],
    classes: Sequence[str],
    titles: Sequence[str],
) -> Figure:
    """Draw each image beside the probability of each class."""
    figure = Figure(figsize=(7, 3 * len(images)), layout="constrained")
    rows = figure.subplots(len(images), 2, squeeze=False)
    for (picture, chart), image, row, title in zip(
        rows, images, probabilities, titles, strict=True
    ):
        picture.imshow(image.reshape(image.shape[-2:]).detach().cpu().numpy(), cmap="gray")
        picture.set(xticks=[], yticks=[])
        picture.set_title(title.encode(errors="replace").decode(), parse_math=False)
        chart.barh(range(len(classes)), row)
        chart.set(
            xlim=(0, 1), xlabel="probability", yticks=range(len(classes)), yticklabels=classes
        )
        chart.invert_yaxis()
    return figure


class WithAlt:
    """A figure, and the words for those who do not see it; notebooks show both."""

    def __init__(self, figure: Figure, alt: str) -> None:
        self.figure, self.alt = figure, alt

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        picture = io.BytesIO()
        self.figure.savefig(picture, format="png", dpi=80)
        encoded = base64.b64encode(picture.getvalue()).decode()
        tag = f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{encoded}">'
        return {"text/html": tag, "image/png": encoded, "text/plain": self.alt}


def with_alt(figure: Figure, alt: str) -> WithAlt:
    """Show a figure as the last line of a cell, with what it shows in words."""
    return WithAlt(figure, alt)
