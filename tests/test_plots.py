"""Pictures and charts: worked cases, and every figure drawn and saved without a warning."""

import io

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sklearn.datasets import load_digits

from mnist_course import (
    class_counts,
    mean_digits,
    nearest_mean,
    plot_class_counts,
    show_digits,
    tile,
)
from mnist_course.plots import (
    plot_confusion,
    plot_history,
    plot_mistakes,
    plot_predictions,
    plot_sweep,
)

DIGITS = tuple("0123456789")


def pictures(n, *shape):
    return torch.rand(n, *(shape or (1, 28, 28)), generator=torch.Generator().manual_seed(n))


def saved(figure):
    """Save as PNG, which draws everything, and return the size of the picture."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return Image.open(buffer).size


# ---- tile -------------------------------------------------------------------------------------


def test_tile_by_hand():
    images = torch.arange(1, 13).reshape(3, 2, 2)
    assert tile(images, 2).tolist() == [[1, 2, 5, 6], [3, 4, 7, 8], [9, 10, 0, 0], [11, 12, 0, 0]]
    assert tile(images, 1).tolist() == images.reshape(6, 2).tolist()
    assert tile(images[:1], 3).tolist() == [[1, 2, 0, 0, 0, 0], [3, 4, 0, 0, 0, 0]]


@given(
    n=st.integers(0, 9),
    columns=st.integers(1, 12),
    height=st.integers(1, 4),
    width=st.integers(1, 4),
    channel=st.booleans(),
)
def test_tile_puts_every_image_in_its_place(n, columns, height, width, channel):
    images = pictures(n, *([1] if channel else []), height, width) + 1
    tiled = tile(images, columns)
    rows = -(-n // columns)
    assert tiled.shape == (rows * height, columns * width) and tiled.dtype == images.dtype
    for i in range(rows * columns):
        y, x = i // columns * height, i % columns * width
        expected = images[i].reshape(height, width) if i < n else torch.zeros(height, width)
        assert torch.equal(tiled[y : y + height, x : x + width], expected)


# ---- counts, means and the nearest mean -------------------------------------------------------


def test_class_counts_by_hand():
    labels = torch.tensor([3, 0, 3, 9, 3])
    assert class_counts(labels).tolist() == [1, 0, 0, 3, 0, 0, 0, 0, 0, 1]
    assert class_counts(labels, 12).tolist() == [1, 0, 0, 3, 0, 0, 0, 0, 0, 1, 0, 0]
    assert class_counts(labels[:0], 3).tolist() == [0, 0, 0]
    assert class_counts(labels.to(torch.uint8)).dtype == torch.int64


def test_mean_digits_by_hand():
    labels = torch.tensor([*range(10), 3])
    images = labels.float()[:, None, None, None].repeat(1, 1, 2, 3)
    images[10, 0, 0, 0] = 7.0  # of the two threes, one differs at one pixel
    means = mean_digits(images, labels)
    assert means.shape == (10, 2, 3)
    assert means[3].tolist() == [[5, 3, 3], [3, 3, 3]] and means[9].tolist() == [[9] * 3] * 2
    torch.testing.assert_close(mean_digits(images[:, 0], labels), means)


def test_nearest_mean_by_hand():
    means = torch.tensor([[[0.0, 0]], [[3, 0]], [[0, 4]]])
    images = torch.tensor([[1.0, 1], [2, 0], [1, 3], [9, 0], [1.4, 1.9]])[:, None, None, :]
    assert nearest_mean(images, means).tolist() == [0, 1, 2, 1, 0]


def test_nearest_mean_measures_euclidean_distance():
    means = torch.tensor([[[2.0, 2.0]], [[3.5, 0.0]]])  # from 0: 2.83 and 3.5, or summed 4 and 3.5
    assert nearest_mean(torch.zeros(1, 1, 1, 2), means).tolist() == [0]


def test_nearest_mean_is_that_of_plain_arithmetic():
    images, means = pictures(40), pictures(10, 28, 28)
    squares = ((images - means[None]) ** 2).sum(dim=(2, 3))
    assert torch.equal(nearest_mean(images, means), squares.argmin(dim=1))


def test_a_digit_that_never_occurred_is_never_nearest():
    means = mean_digits(pictures(9), torch.tensor([0, 1, 2, 4, 5, 6, 7, 8, 9]))
    assert means[3].isnan().all()
    assert nearest_mean(means[[0, 9]][:, None], means).tolist() == [0, 9]


def test_the_first_classifier_beats_guessing():
    bunch = load_digits()
    images = torch.tensor(bunch.images, dtype=torch.float32)[:, None]
    labels = torch.tensor(bunch.target, dtype=torch.int64)
    means = mean_digits(images[:1000], labels[:1000])
    right = nearest_mean(images[1000:], means) == labels[1000:]
    assert right.float().mean() > 0.8


# ---- show_digits and plot_class_counts --------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "columns", "grid"),
    [
        (1, 8, (1, 8)),
        (8, 8, (1, 8)),
        (9, 8, (2, 8)),
        (5, 3, (2, 3)),
        (3, 1, (3, 1)),
        (6, 2, (3, 2)),
    ],
)
@pytest.mark.parametrize("shape", [(1, 28, 28), (28, 28), (1, 5, 9)], ids=str)
def test_show_digits_draws_an_axes_a_digit(n, columns, grid, shape):
    images, labels = pictures(n, *shape), torch.arange(n) % 10
    figure = show_digits(images, labels, columns)
    assert len(figure.axes) == n
    for i, axes in enumerate(figure.axes):
        (picture,) = axes.get_images()
        assert torch.equal(torch.tensor(picture.get_array()), images[i].reshape(shape[-2:]))
        assert picture.get_cmap().name in ("gray", "grey")
        assert axes.get_title() == str(i % 10)
        assert len(axes.get_xticks()) == len(axes.get_yticks()) == 0
        place = axes.get_subplotspec()
        assert place.get_gridspec().get_geometry() == grid
        assert (place.rowspan.start, place.colspan.start) == divmod(i, columns)
    assert min(saved(figure)) > 50


def test_show_digits_has_eight_columns_unless_told_otherwise():
    (axes, *_) = show_digits(pictures(20), torch.arange(20)).axes
    assert axes.get_subplotspec().get_gridspec().get_geometry() == (3, 8)


def test_show_digits_of_nothing_is_an_empty_figure():
    figure = show_digits(pictures(0), torch.tensor([], dtype=torch.int64))
    assert figure.axes == [] and saved(figure)


@pytest.mark.parametrize(("n", "columns"), [(4, 0), (4, -1), (5, 8), (3, 8)])
def test_show_digits_refuses(n, columns):
    with pytest.raises(ValueError):
        show_digits(pictures(n), torch.arange(4), columns)


def test_plot_class_counts_draws_ten_bars():
    figure = plot_class_counts(torch.tensor([3, 0, 3, 7, 3]))
    (axes,) = figure.axes
    assert [bar.get_height() for bar in axes.patches] == [1, 0, 0, 3, 0, 0, 0, 1, 0, 0]
    assert [bar.get_x() + bar.get_width() / 2 for bar in axes.patches] == pytest.approx(range(10))
    assert list(axes.get_xticks()) == list(range(10))
    assert saved(figure) and saved(plot_class_counts(torch.tensor([], dtype=torch.int64)))


def test_plot_class_counts_refuses_a_label_out_of_range():
    with pytest.raises(ValueError, match="10"):
        plot_class_counts(torch.tensor([3, 10]))


# ---- the figures of the command line ----------------------------------------------------------


def history(epochs):
    names = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    return [{name: i + k / 10 for k, name in enumerate(names)} for i in range(epochs)]


@pytest.mark.parametrize(
    ("epochs", "ticks"),
    [
        (0, []),
        (1, [1]),
        (2, [1, 2]),
        (12, list(range(1, 13))),
        (30, [3, 6, 9, 12, 15, 18, 21, 24, 27, 30]),
    ],
)
def test_plot_history(epochs, ticks):
    figure = plot_history(history(epochs), title="a run")
    for k, (axes, quantity) in enumerate(zip(figure.axes, ("loss", "accuracy"), strict=True)):
        assert axes.get_ylabel() == quantity and axes.get_xlabel() == "epoch"
        assert list(axes.get_xticks()) == ticks
        lines = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
        assert lines == {
            "train": [i + k / 10 for i in range(epochs)],
            "val": [i + (k + 2) / 10 for i in range(epochs)],
        }
        assert all(list(line.get_xdata()) == list(range(1, epochs + 1)) for line in axes.lines)
    assert figure.get_suptitle() == "a run" and saved(figure)


def test_plot_sweep_draws_a_line_for_each_batch_size_sorted_by_rate():
    rows = [
        {"lr": lr, "batch_size": size, "val_accuracy": lr * size}
        for lr in (0.1, 0.001, 0.01)
        for size in (128, 64)
    ]
    figure = plot_sweep(rows)
    (axes,) = figure.axes
    assert axes.get_xscale() == "log"
    assert [line.get_label() for line in axes.lines] == ["batch size 64", "batch size 128"]
    for line, size in zip(axes.lines, (64, 128), strict=True):
        assert list(line.get_xdata()) == [0.001, 0.01, 0.1]
        assert list(line.get_ydata()) == [lr * size for lr in (0.001, 0.01, 0.1)]
    assert saved(figure) and saved(plot_sweep(rows[:1]))


@pytest.mark.parametrize(
    ("classes", "faultless"), [(1, True), (1, False), (2, False), (10, True), (47, False)]
)
def test_plot_confusion(classes, faultless):
    confusion = torch.diag(torch.arange(1, classes + 1))
    if not faultless:
        confusion[0, -1] += 5
    figure = plot_confusion(confusion, [f"kind {i}" for i in range(classes)])
    (axes,) = figure.axes
    shown = {text.get_position(): text.get_text() for text in axes.texts}
    assert shown == {
        (x, y): str(int(confusion[y, x])) for x in range(classes) for y in range(classes)
    }
    colours = torch.tensor(axes.get_images()[0].get_array())
    assert torch.equal(colours, confusion - torch.diag(confusion.diag()))
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [label.get_text() for label in labels] == [f"kind {i}" for i in range(classes)]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "truth")
    assert saved(figure)


@pytest.mark.parametrize("n", [0, 1, 5, 7])
def test_plot_mistakes(n):
    probabilities = torch.full((n, 10), 0.05)
    probabilities[:, 3] = 0.55
    figure = plot_mistakes(pictures(n), probabilities, torch.full((n,), 8), DIGITS)
    assert [axes.get_title() for axes in figure.axes] == n * ["3 (55%)\nis 8"]
    assert saved(figure)


@pytest.mark.parametrize(("n", "classes"), [(1, 1), (1, 10), (3, 10), (1, 47)])
def test_plot_predictions(n, classes):
    images = [pictures(1)[0] for _ in range(n)]
    rows = [[(i + 1) / (k + 1) / 10 for k in range(classes)] for i in range(n)]
    names = [f"kind {k}" for k in range(classes)]
    figure = plot_predictions(images, rows, names, [f"picture {i}" for i in range(n)])
    places = list(zip(figure.axes[::2], figure.axes[1::2], strict=True))
    assert len(places) == n
    for i, (picture, chart) in enumerate(places):
        assert picture.get_title() == f"picture {i}"
        assert picture.get_images()[0].get_cmap().name == "gray"
        assert [bar.get_width() for bar in chart.patches] == pytest.approx(rows[i])
        assert [label.get_text() for label in chart.get_yticklabels()] == names
        assert chart.get_xlim() == (0, 1) and chart.yaxis_inverted()
    assert saved(figure)
