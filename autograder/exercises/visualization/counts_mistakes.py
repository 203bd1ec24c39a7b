"""How people get lesson 2 wrong: counts, means and the nearest of them."""

import torch
from torch import Tensor

from autograder.exercise import Misconception
from mnist_course import plots

# ---- class_counts ------------------------------------------------------------------------------


def _only_those_there(labels: Tensor, num_classes: int = 10) -> Tensor:
    plots.class_counts(labels, num_classes)
    counts: Tensor = labels.unique(return_counts=True)[1]
    return counts


def _up_to_the_largest(labels: Tensor, num_classes: int = 10) -> Tensor:
    plots.class_counts(labels, num_classes)
    return torch.bincount(labels)


def _ten_whatever(labels: Tensor, num_classes: int = 10) -> Tensor:
    num_classes = 10
    return plots.class_counts(labels, num_classes)


def _once_each(labels: Tensor, num_classes: int = 10) -> Tensor:
    return (plots.class_counts(labels, num_classes) > 0).long()


def _shares(labels: Tensor, num_classes: int = 10) -> Tensor:
    return plots.class_counts(labels, num_classes) / len(labels)


def _anything_goes(labels: Tensor, num_classes: int = 10) -> Tensor:
    fits = (labels >= 0) & (labels < num_classes)
    return plots.class_counts(labels[fits], num_classes)


def _floats(labels: Tensor, num_classes: int = 10) -> Tensor:
    return plots.class_counts(labels, num_classes).float()


CLASS_COUNTS = (
    Misconception(
        "missing-classes-skipped",
        "Classes that do not occur have no place in your counts, so those after them move up.",
        _only_those_there,
        next="place 7 belongs to the sevens, also where there are none: a 0 stands there.",
    ),
    Misconception(
        "too-short",
        "Your counts end at the largest label that occurs; the classes above it are missing.",
        _up_to_the_largest,
        next="torch.bincount has an argument for the least number of places.",
    ),
    Misconception(
        "always-ten",
        "You count ten classes, whatever num_classes says.",
        _ten_whatever,
        next="use num_classes wherever a 10 stands, also where labels are refused.",
    ),
    Misconception(
        "counted-once-each",
        "Each class that occurs counts as one: counts[labels] += 1 adds once a place, however "
        "often the place is named.",
        _once_each,
        next="torch.bincount, or one label after the other.",
    ),
    Misconception(
        "shares-instead-of-counts",
        "These are shares, which add up to one; counts are asked for.",
        _shares,
        next="do not divide by the number of labels.",
    ),
    Misconception(
        "wrong-labels-accepted",
        "Labels out of range are left out in silence, and nobody will know that they were there.",
        _anything_goes,
        next="look at the smallest and the largest label first, and raise ValueError.",
    ),
    Misconception(
        "counts-are-floats",
        "The numbers are right, but they are floats; counts are int64.",
        _floats,
        next="torch.zeros makes floats: give it dtype=torch.int64.",
    ),
)


# ---- mean_digits -------------------------------------------------------------------------------


def _sums(images: Tensor, labels: Tensor) -> Tensor:
    return torch.stack([images[labels == digit, 0].sum(dim=0) for digit in range(10)])


def _of_all_images(images: Tensor, labels: Tensor) -> Tensor:
    return _sums(images, labels) / len(images)


def _of_a_tenth(images: Tensor, labels: Tensor) -> Tensor:
    return _sums(images, labels) / (len(images) / 10)


def _with_channel(images: Tensor, labels: Tensor) -> Tensor:
    return plots.mean_digits(images, labels)[:, None]


def _brightness(images: Tensor, labels: Tensor) -> Tensor:
    return plots.mean_digits(images, labels).mean(dim=(1, 2))


def _first_ones(images: Tensor, labels: Tensor) -> Tensor:
    return torch.stack([images[labels == digit, 0][0] for digit in range(10)])


def _medians(images: Tensor, labels: Tensor) -> Tensor:
    return torch.stack([images[labels == digit, 0].median(dim=0).values for digit in range(10)])


MEAN_DIGITS = (
    Misconception(
        "sum-not-divided",
        "These are sums: they are not divided by the number of images.",
        _sums,
        next="a mean of pixels between 0 and 1 lies between 0 and 1.",
    ),
    Misconception(
        "divided-by-all-images",
        "Each sum is divided by the number of all images, not of those of its digit.",
        _of_all_images,
        next="how many threes are there? That is what the sum of the threes is divided by.",
    ),
    Misconception(
        "divided-by-a-tenth",
        "Each sum is divided by a tenth of all images, as if each digit occurred equally often.",
        _of_a_tenth,
        next="count the images of each digit, or let mean do it.",
    ),
    Misconception(
        "channel-kept",
        "The channel is still there: (10, 28, 28) is asked for, not (10, 1, 28, 28).",
        _with_channel,
        next="images[:, 0] are the images without it; so does squeeze(1).",
    ),
    Misconception(
        "mean-over-pixels",
        "The mean runs over the pixels as well: a single number is left of each digit.",
        _brightness,
        next="mean(dim=0) runs over the images only.",
    ),
    Misconception(
        "one-image-a-digit",
        "This is the first image of each digit, not the mean of all.",
        _first_ones,
        next="images[labels == digit] are all of them.",
    ),
    Misconception(
        "median-not-mean",
        "This is the median of each pixel, not its mean.",
        _medians,
        next="mean(dim=0).",
    ),
)


# ---- nearest_mean ------------------------------------------------------------------------------


def _table(images: Tensor, means: Tensor, p: float = 2.0) -> Tensor:
    return torch.cdist(images.flatten(1), means.flatten(1), p=p)


def _farthest(images: Tensor, means: Tensor) -> Tensor:
    return _table(images, means).argmax(dim=1)


def _city_block(images: Tensor, means: Tensor) -> Tensor:
    return _table(images, means, p=1).argmin(dim=1)


def _largest_product(images: Tensor, means: Tensor) -> Tensor:
    return (images.flatten(1) @ means.flatten(1).T).argmax(dim=1)


def _brightest(images: Tensor, means: Tensor) -> Tensor:
    differences = images.flatten(1).sum(dim=1)[:, None] - means.flatten(1).sum(dim=1)
    return differences.abs().argmin(dim=1)


def _signed(images: Tensor, means: Tensor) -> Tensor:
    return (images.flatten(1).sum(dim=1)[:, None] - means.flatten(1).sum(dim=1)).argmin(dim=1)


def _distances(images: Tensor, means: Tensor) -> Tensor:
    return _table(images, means).min(dim=1).values


def _nearest_image(images: Tensor, means: Tensor) -> Tensor:
    return _table(images, means).argmin(dim=0)


NEAREST_MEAN = (
    Misconception(
        "farthest-mean",
        "You choose the mean that is farthest away.",
        _farthest,
        next="a distance is small for what is alike: argmin, not argmax.",
    ),
    Misconception(
        "city-block-distance",
        "This is the city-block distance, the sum of the absolute differences; the Euclidean one "
        "squares them first.",
        _city_block,
        next="square the differences before you add them up; abs is not needed then.",
    ),
    Misconception(
        "product-instead-of-distance",
        "You choose the mean with the largest product, and a bright mean wins it too often.",
        _largest_product,
        next="squared distance = |image|^2 - 2 image * mean + |mean|^2: the last part matters.",
    ),
    Misconception(
        "only-brightness-compared",
        "The differences are added up before they are squared, so that only the brightness of "
        "the whole picture is compared.",
        _brightest,
        next="square each pixel's difference first, then add up.",
    ),
    Misconception(
        "differences-not-squared",
        "The differences are added up with their signs: the brightest mean always wins.",
        _signed,
        next="square each pixel's difference first, then add up.",
    ),
    Misconception(
        "distance-instead-of-label",
        "You return how far the nearest mean is, not which one it is.",
        _distances,
        next="min gives the smallest value, argmin its place.",
    ),
    Misconception(
        "nearest-image-of-each-mean",
        "You look for the image that is nearest to each mean; it is the other way round.",
        _nearest_image,
        next="the table is (images, means): argmin(dim=1) goes along a row.",
    ),
)
