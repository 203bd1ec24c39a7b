"""Lesson 2: look before you train."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder import exams
from autograder.cases import kinds, refuses, untouched, values
from autograder.compare import same_values
from autograder.draw import Draw
from autograder.exercise import Case, Exercise
from autograder.exercises.visualization import counts_mistakes as more_mistakes
from autograder.exercises.visualization import judges, mistakes
from autograder.probes import Inputs, arguments
from autograder.probes import visualization as probes
from mnist_course import plots

PATIENCE = 10.0  # seconds: the first figure in a process also looks for fonts
NEAREST_MEAN = 0.80  # of centred digits; a right answer reads 86.6% to 91.3% of them (40 seeds)


# ---- tile --------------------------------------------------------------------------------------


def _tiles(n: int, columns: int, *shape: int) -> Any:
    return lambda d: arguments(d.uniform(n, *shape, low=0.1), columns)


tile = Exercise(
    name="tile",
    asks="Lay images out row by row in one large picture.",
    difficulty="medium",
    reference=plots.tile,
    hints=(
        "How many rows do N images need, `columns` in a row? Try N = 7, 8 and 9 with 4 columns.",
        "Begin with a picture full of zeros. Image i belongs in row i // columns, "
        "column i % columns; a row is as high as an image, a column as wide.",
        "grid[row * height : (row + 1) * height, column * width : (column + 1) * width] = image, "
        "for each image; the rows are math.ceil(N / columns).",
    ),
    cases=(
        values("a full grid", _tiles(6, 3, 1, 5, 4)),
        values("a last row with empty places", _tiles(7, 3, 1, 4, 6)),
        values("fewer images than columns", _tiles(3, 5, 1, 3, 4)),
        values("images without a channel", _tiles(5, 2, 4, 3)),
        values("one column", _tiles(3, 1, 1, 4, 5)),
        values("digits", _tiles(18, 8, 1, 28, 28)),
        untouched(_tiles(5, 3, 1, 4, 4)),
        refuses("no columns", _tiles(4, 0, 1, 3, 3)),
        refuses("less than no columns", _tiles(4, -2, 1, 3, 3)),
    ),
    misconceptions=mistakes.TILE,
)


# ---- show_digits -------------------------------------------------------------------------------


def _digits(n: int, *columns: int) -> Any:
    """Draw n images, and labels of which none is the place of its image."""

    def draw(source: Draw) -> Inputs:
        labels = (np.arange(n) + source.rng.integers(1, 10, n)) % 10
        return arguments(source.images(n), torch.from_numpy(labels.astype("int64")), *columns)

    return draw


def _drawn(name: str, draw: Any, judge: Any, **options: Any) -> Case:
    options = {"probe": probes.seen_digits, "expect": judges.digits_as_asked, **options}
    return Case(name, draw, judge=judge, limit=PATIENCE, **options)


show_digits = Exercise(
    name="show_digits",
    asks="Draw each digit in an axes of its own, with its label as title, and return the figure.",
    difficulty="medium",
    reference=plots.show_digits,
    hints=(
        "figure.subplots(rows, columns, squeeze=False) gives a grid of axes, also for one row.",
        "Flatten the grid: its first N axes get a digit each, the others are removed. "
        "An axes draws a picture with imshow, which wants height x width, without the channel.",
        'axes.imshow(image[0], cmap="gray"); axes.set(title=..., xticks=[], yticks=[]); '
        "labels.tolist() gives plain numbers for the titles.",
    ),
    cases=(
        _drawn("eight in a row", _digits(9), judges.same_layout, care=True),
        _drawn(
            "as many in a row as asked for", _digits(5, 3), judges.same_layout, care=True
        ),
        _drawn("each axes shows its digit", _digits(3, 2), judges.same_pictures),
        _drawn("each title is its label", _digits(3, 2), judges.same_titles),
        _drawn("one column", _digits(2, 1), judges.same_figure),
        _drawn("a single digit", _digits(1, 1), judges.same_figure),
        _drawn("grey", _digits(2, 2), judges.same_grey, care=True),
        _drawn("no ticks", _digits(2, 2), judges.same_ticks, care=True),
        untouched(_digits(2, 2), probe=probes.arguments_after_drawing, limit=PATIENCE),
    ),
    misconceptions=mistakes.SHOW_DIGITS,
)  # fmt: skip


# ---- class_counts ------------------------------------------------------------------------------


def _some_of(classes: list[int], n: int, *num_classes: int) -> Any:
    """Draw n labels, of these classes only, each at least once."""

    def draw(source: Draw) -> Inputs:
        more = source.rng.choice(classes, n - len(classes))
        labels = source.rng.permutation(np.concatenate([classes, more]))
        return arguments(torch.from_numpy(labels.astype("int64")), *num_classes)

    return draw


def _one_digit(draw: Draw) -> Inputs:
    digit, times = draw.integer(0, 9), draw.integer(4, 9)
    return arguments(torch.full((times,), digit))


class_counts = Exercise(
    name="class_counts",
    asks="Count how often each class occurs.",
    difficulty="easy",
    reference=plots.class_counts,
    hints=(
        "What should stand at place 7 if there is not a single seven?",
        "The result has num_classes places, whatever the labels are: begin with zeros, or tell "
        "torch.bincount how many there must be. Look at the smallest and largest label first.",
        "torch.bincount(labels, minlength=num_classes), after a raise ValueError for a label "
        "below 0 or from num_classes on.",
    ),
    cases=(
        values("every digit occurs", _some_of([*range(10)], 60)),
        values("some digits are missing", _some_of([1, 4, 5, 9], 50)),
        values("the last digits are missing", _some_of([0, 2, 3], 47)),
        values("one digit only", _one_digit),
        values("fewer classes than ten", _some_of([0, 1, 3], 41, 5)),
        values("more classes than ten", _some_of([2, 11, 25], 59, 26)),
        kinds(_some_of([0, 3, 8], 9)),
        untouched(_some_of([1, 3, 8], 9)),
        refuses("a label that is too large", _some_of([0, 2, 10], 6)),
        refuses("a label that is as large as num_classes", _some_of([0, 2, 4], 6, 4)),
        refuses("a label below zero", _some_of([-1, 2, 3], 6)),
    ),
    misconceptions=more_mistakes.CLASS_COUNTS,
)


# ---- plot_class_counts -------------------------------------------------------------------------


def _barred(name: str, classes: list[int], n: int, points: int = 1) -> Case:
    draw = _some_of(classes, n)
    return Case(name, draw, probes.seen_bars, judges.same_bars, points=points, limit=PATIENCE)


plot_class_counts = Exercise(
    name="plot_class_counts",
    asks="Draw one bar for each of the ten digits, and return the figure.",
    difficulty="easy",
    reference=plots.plot_class_counts,
    hints=(
        "The bars are not the labels, but what class_counts makes of them.",
        "axes.bar takes places and heights: ten of each, also where a height is 0.",
        "axes.bar(range(10), class_counts(labels).tolist()), on axes = figure.subplots().",
    ),
    cases=(
        _barred("every digit occurs", [*range(10)], 70, points=2),
        _barred("the first and the last digits are missing", [2, 3, 6], 14),
        _barred("digits between are missing", [0, 4, 5, 9], 25),
        untouched(_some_of([1, 8, 9], 7), probe=probes.arguments_after_drawing, limit=PATIENCE),
    ),
    misconceptions=mistakes.PLOT_CLASS_COUNTS,
)


# ---- mean_digits -------------------------------------------------------------------------------


def _labelled(*counts: int) -> Any:
    """Draw that many images of each digit."""

    def draw(source: Draw) -> Inputs:
        labels = source.rng.permutation(np.repeat(np.arange(10), counts))
        return arguments(source.images(len(labels)), torch.from_numpy(labels.astype("int64")))

    return draw


mean_digits = Exercise(
    name="mean_digits",
    asks="Average all images of each digit: (10, 28, 28).",
    difficulty="easy",
    reference=plots.mean_digits,
    hints=(
        "How do you pick the images of all threes? labels == 3 says which they are.",
        "images[labels == 3] are the threes; their mean runs over the images (dim=0), not over the "
        "pixels. What becomes of the channel?",
        "torch.stack([images[labels == digit, 0].mean(dim=0) for digit in range(10)]).",
    ),
    cases=(
        values("as many of each digit", _labelled(*[4] * 10)),
        values("few of one, many of another", _labelled(1, 2, 3, 1, 9, 2, 1, 5, 3, 2), points=2),
        values("one of each digit", _labelled(*[1] * 10)),
        kinds(_labelled(*[2] * 10)),
        untouched(_labelled(*[2] * 10)),
    ),
    misconceptions=more_mistakes.MEAN_DIGITS,
)  # fmt: skip


# ---- nearest_mean ------------------------------------------------------------------------------

CLEAR = 1.02  # the second nearest mean is so much farther away: no rounding turns that round


def _between(n: int) -> Any:
    """Draw means, dull ones and sharp ones, and images of which the nearest is beyond doubt."""

    def draw(source: Draw) -> Inputs:
        dull = source.uniform(5, 28, 28, low=0.2, high=0.8)
        sharp = torch.where(source.images(5)[:, 0] > 0.8, source.uniform(5, 28, 28, low=0.8), 0.0)
        means = torch.cat([dull, sharp])[torch.from_numpy(source.rng.permutation(10))]
        return arguments(_clear(source, means)[:n], means)

    return draw


def _clear(source: Draw, means: Tensor) -> Tensor:
    """Draw images, each a mixture of some means and noise, and keep those that are beyond doubt."""
    shares = torch.from_numpy(source.rng.dirichlet([0.3] * 10, 400)).float()
    images = (shares @ means.flatten(1)).view(-1, 1, 28, 28) + 0.1 * source.normal(400, 1, 28, 28)
    near, next_ = torch.cdist(images.flatten(1), means.flatten(1)).topk(2, largest=False).values.T
    clear: Tensor = images[next_ > CLEAR * near]
    return clear


def _a_little_everywhere(source: Draw) -> Inputs:
    """Draw images that differ from their own mean a little everywhere, from others much at a few.

    By the sum of the differences, the others would be nearer.
    """
    grey = source.uniform(28, 28, low=0.4, high=0.6)
    everywhere = source.uniform(5, 28, 28, low=0.2, high=0.3) * source.normal(5, 28, 28).sign()
    somewhere = source.uniform(5, 28, 28, low=0.7, high=0.9) * (source.images(5)[:, 0] < 0.13)
    own = torch.from_numpy(source.rng.permutation(10))
    differences = torch.cat([everywhere, somewhere])[own]
    labels = (own < 5).nonzero()[:, 0].repeat(2)
    images = grey + 0.2 * differences[labels] + 0.01 * source.normal(10, 28, 28)
    return arguments(images[:, None], grey + differences)


def _reads(expected: Any, got: Any) -> str | None:
    """Judge by accuracy; what is compared with a wrong answer may be no labels at all."""
    same = same_values(expected, got) is None
    return None if same else exams.reads_at_least(NEAREST_MEAN)(expected, got)


def _centred(source: Draw) -> Inputs:
    drawn = exams.centred_digits(source)
    means = plots.mean_digits(drawn["train_images"], drawn["train_labels"])
    return {**arguments(drawn["images"], means), "_labels": drawn["_labels"]}


nearest_mean = Exercise(
    name="nearest_mean",
    asks="Give each image the label of the mean digit that is nearest to it.",
    difficulty="medium",
    reference=plots.nearest_mean,
    hints=(
        "How far apart are two images of two pixels? Draw them as two points on paper.",
        "The Euclidean distance is the root of the sum, over all pixels, of the squared "
        "differences. You need it for each image and each mean: a table of (N, 10).",
        "Flatten both, images.flatten(1) and means.flatten(1); torch.cdist makes the table, "
        "argmin(dim=1) reads it. By hand: (images[:, None] - means[None]) ** 2.",
    ),
    cases=(
        values("images between the means", _between(40)),
        values("a little everywhere is nearer than much somewhere", _a_little_everywhere),
        values("a single image", _between(1), care=True),
        Case(
            "reads digits", _centred, judge=_reads, points=2, expect=exams.secret_labels,
        ),
        kinds(_between(3)),
        untouched(_between(5)),
    ),
    misconceptions=more_mistakes.NEAREST_MEAN,
)  # fmt: skip

EXERCISES = (tile, show_digits, class_counts, plot_class_counts, mean_digits, nearest_mean)
