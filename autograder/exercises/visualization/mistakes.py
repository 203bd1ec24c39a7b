"""How people get lesson 2 wrong: its figures."""

import math
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from autograder.exercise import Misconception
from mnist_course import plots

# ---- tile --------------------------------------------------------------------------------------


def _scrambled(images: Tensor, columns: int) -> Tensor:
    height, width = images.shape[-2:]
    right = plots.tile(images, columns)
    padded = images.new_zeros(right.numel() // (height * width), height, width)
    padded[: len(images)] = images.reshape(-1, height, width)
    return padded.reshape(right.shape)


def _down_the_columns(images: Tensor, columns: int) -> Tensor:
    plots.tile(images, columns)  # which refuses what is to be refused
    height, width = images.shape[-2:]
    rows = math.ceil(len(images) / columns)
    grid = images.new_zeros(rows * height, columns * width)
    for place, image in enumerate(images.reshape(-1, height, width)):
        column, row = divmod(place, rows)
        grid[row * height : (row + 1) * height, column * width : (column + 1) * width] = image
    return grid


def _columns_are_rows(images: Tensor, columns: int) -> Tensor:
    plots.tile(images, columns)
    return plots.tile(images, math.ceil(len(images) / columns))


def _full_rows_only(images: Tensor, columns: int) -> Tensor:
    plots.tile(images, columns)
    return plots.tile(images[: len(images) // columns * columns], columns)


def _row_too_many(images: Tensor, columns: int) -> Tensor:
    right = plots.tile(images, columns)
    height = (len(images) // columns + 1) * images.shape[-2]
    return torch.cat([right, right.new_zeros(height - len(right), right.shape[1])])


def _as_narrow_as_it_can_be(images: Tensor, columns: int) -> Tensor:
    return plots.tile(images, min(columns, max(1, len(images))))


def _white_places(images: Tensor, columns: int) -> Tensor:
    return 1 - plots.tile(1 - images, columns)


TILE = (
    Misconception(
        "reshape-scrambles",
        "Reshaping alone puts the rows of one image one after the other, side by side: the "
        "pixels of an image must stay below each other.",
        _scrambled,
        next="before the reshape, bring the axes in the order rows, height, columns, width.",
    ),
    Misconception(
        "filled-down-the-columns",
        "Your images run down the columns. Pictures are laid as text is read: row by row.",
        _down_the_columns,
        next="image 1 stands to the right of image 0: row i // columns, column i % columns.",
    ),
    Misconception(
        "columns-taken-as-rows",
        "You take `columns` as the number of rows.",
        _columns_are_rows,
        next="the picture is columns * width wide; how high is it?",
    ),
    Misconception(
        "last-row-dropped",
        "The last row is left out where it is not full: N // columns counts full rows only.",
        _full_rows_only,
        next="round up: 7 images in 3 columns take 3 rows.",
    ),
    Misconception(
        "one-row-too-many",
        "Where the last row is full you add an empty one: N // columns + 1 is one too many there.",
        _row_too_many,
        next="round up: 6 images in 3 columns take 2 rows, 7 take 3.",
    ),
    Misconception(
        "narrow-when-few",
        "With fewer images than columns your picture is narrower than `columns` images.",
        _as_narrow_as_it_can_be,
        next="begin with zeros of rows * height by columns * width.",
    ),
    Misconception(
        "empty-places-white",
        "The empty places are one, not zero.",
        _white_places,
        next="begin with zeros.",
    ),
)


# ---- show_digits -------------------------------------------------------------------------------


def _titles(images: Tensor, labels: Tensor, columns: int, titles: list[str]) -> Figure:
    figure = plots.show_digits(images, labels, columns)
    for axes, title in zip(figure.axes, titles, strict=True):
        axes.set_title(title)
    return figure


def _tensor_titles(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    return _titles(images, labels, columns, [str(label) for label in labels])


def _numbered(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    return _titles(images, labels, columns, [str(place) for place in range(len(images))])


def _untitled(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    return _titles(images, labels, columns, [""] * len(images))


def _spare_axes(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    figure = plots.show_digits(images, labels, columns)
    grid = figure.axes[0].get_subplotspec().get_gridspec()  # type: ignore[union-attr]
    for place in range(len(images), grid.nrows * grid.ncols):
        figure.add_subplot(grid[divmod(place, columns)])
    return figure


def _with_ticks(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    figure = plots.show_digits(images, labels, columns)
    for axes in figure.axes:
        axes.set(xticks=[0, 10, 20], yticks=[0, 10, 20])
    return figure


def _colourful(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    figure = plots.show_digits(images, labels, columns)
    for axes in figure.axes:
        axes.get_images()[0].set_cmap("viridis")
    return figure


def _always_eight(images: Tensor, labels: Tensor, columns: int = 8) -> Figure:
    columns = 8
    return plots.show_digits(images, labels, columns)


def _nothing_returned(*args: Any, **keywords: Any) -> None:
    plots.show_digits(*args, **keywords)


SHOW_DIGITS = (
    Misconception(
        "figure-not-returned",
        "The figure is drawn, but not returned: showing it is left to the caller.",
        _nothing_returned,
        next="end with return figure; no show() is needed.",
    ),
    Misconception(
        "title-is-a-tensor",
        "The titles read tensor(3): a label taken from a tensor is a tensor still.",
        _tensor_titles,
        next="labels.tolist() or label.item() gives plain numbers.",
    ),
    Misconception(
        "title-is-the-place",
        "The titles count the digits; they should say what each digit is, by its label.",
        _numbered,
        next="the title of axes i is labels[i], not i.",
    ),
    Misconception(
        "title-left-out",
        "The digits have no titles.",
        _untitled,
        next="axes.set_title(...), or axes.set(title=...), with the label.",
    ),
    Misconception(
        "spare-axes-left",
        "The last row has empty axes, which are seen as frames.",
        _spare_axes,
        next="axes.remove() for each one after the last digit.",
    ),
    Misconception(
        "ticks-left",
        "The axes still have ticks: pixel numbers that say nothing about a digit.",
        _with_ticks,
        next='axes.set(xticks=[], yticks=[]), or axes.axis("off").',
    ),
    Misconception(
        "colour-map-not-grey",
        "The digits are coloured: without a colour map, imshow takes viridis.",
        _colourful,
        next='imshow(..., cmap="gray").',
    ),
    Misconception(
        "columns-ignored",
        "There are always eight digits in a row, whatever `columns` says.",
        _always_eight,
        next="look for the number 8 in your function: it belongs in the signature only.",
    ),
)


# ---- plot_class_counts -------------------------------------------------------------------------


def _bars(places: Any, heights: Any) -> Figure:
    figure = Figure()
    figure.subplots().bar(places, heights)
    return figure


def _uncounted(labels: Tensor) -> Figure:
    return _bars(range(len(labels)), labels.tolist())


def _bars_there(labels: Tensor) -> Figure:
    digits, counts = labels.unique(return_counts=True)
    return _bars(digits.tolist(), counts.tolist())


def _own_bins(labels: Tensor) -> Figure:
    figure = Figure()
    figure.subplots().hist(labels.numpy(), bins=10)
    return figure


def _nine_bins(labels: Tensor) -> Figure:
    figure = Figure()
    figure.subplots().hist(labels.numpy(), bins=range(10))
    return figure


def _from_one(labels: Tensor) -> Figure:
    return _bars(range(1, 11), plots.class_counts(labels).tolist())


def _no_bars_returned(labels: Tensor) -> None:
    plots.plot_class_counts(labels)


PLOT_CLASS_COUNTS = (
    Misconception(
        "figure-not-returned",
        "The figure is drawn, but not returned: showing it is left to the caller.",
        _no_bars_returned,
        next="end with return figure.",
    ),
    Misconception(
        "labels-not-counted",
        "There is a bar for each label, as high as the label: nothing was counted.",
        _uncounted,
        next="count first: class_counts(labels).",
    ),
    Misconception(
        "missing-digits-have-no-bar",
        "Digits that do not occur have no bar; there should always be ten.",
        _bars_there,
        next="class_counts has a place for every digit.",
    ),
    Misconception(
        "bins-follow-the-labels",
        "hist divides the range from the smallest to the largest label into ten parts: where a 0 "
        "or a 9 is missing, they are not the digits.",
        _own_bins,
        next="say where the bins are, or draw class_counts with bar.",
    ),
    Misconception(
        "eight-and-nine-together",
        "Ten edges make nine bins, and the last one holds both the eights and the nines.",
        _nine_bins,
        next="range(11) has the eleven edges of ten bins; or draw class_counts with bar.",
    ),
    Misconception(
        "bars-one-too-far",
        "The bars stand at 1 to 10; the digits are 0 to 9.",
        _from_one,
        next="range(10) begins with 0.",
    ),
)
