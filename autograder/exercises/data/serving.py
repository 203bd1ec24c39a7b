"""Lesson 1, its second half: parts for training and validation, and batches."""

from typing import Any

from autograder.cases import kinds, refuses, untouched
from autograder.draw import Draw
from autograder.exercise import Case, Exercise, Misconception
from autograder.exercises.data import serving_mistakes as mistakes
from autograder.exercises.data.facts import all_refused, differing, loader_facts, split_facts
from autograder.probes import Inputs, arguments
from autograder.probes.data import after_an_epoch, epochs, first_batch, refused_calls, splits
from mnist_course.data import tensors


def _told_apart(draw: Draw, n: int, height: int = 2, width: int = 3) -> Any:
    """Draw images of which each has a first pixel of its own."""
    import torch

    images = draw.images(n, height, width)
    images[:, 0, 0, 0] = torch.from_numpy(draw.rng.permutation(n) / n)
    return images


# ---- train_val_split -----------------------------------------------------------------------------


def _split(draw: Draw, labels: Any, fraction: float, seeds: int = 1) -> Inputs:
    """Ask for splits with so many seeds, the first of which comes twice if there are two."""
    first = draw.integer(0, 10_000)
    return {
        "images": _told_apart(draw, len(labels)),
        "labels": labels,
        "fraction": fraction,
        "seeds": [[first], [first, first], [first, first + 1, first + 7]][seeds - 1],
    }


def _uneven(draw: Draw) -> Any:
    """Draw labels of classes of very different sizes."""
    import torch

    sizes = torch.tensor([draw.integer(40, 60) * (1 + label) for label in range(7)])
    labels = torch.arange(7).repeat_interleave(sizes)
    return labels[torch.from_numpy(draw.rng.permutation(len(labels)))]


def _to_split(draw: Draw) -> Inputs:
    labels = draw.labels(30, 3)
    return arguments(_told_apart(draw, 30), labels, 0.3, draw.integer(0, 999))


def _bad_fractions(draw: Draw) -> Inputs:
    images, labels = _told_apart(draw, 20), draw.labels(20, 2)
    fractions = (0.0, 1.0, -draw.number(0.1, 0.9), draw.number(1.1, 3), 20)
    return {"calls": {f"a fraction of {f:g}": arguments(images, labels, f, 0) for f in fractions}}


def _lengths_to_split(draw: Draw) -> Inputs:
    return arguments(_told_apart(draw, 20), draw.labels(20 + draw.choice((-2, 2)), 2), 0.5, 0)


WHOLE = ("images_then_labels", "given", "paired", "complete", "once")

train_val_split = Exercise(
    name="train_val_split",
    asks="Hold out the same share of every class, drawn by chance from the seed.",
    difficulty="hard",
    reference=tensors.train_val_split,
    hints=(
        "Do it for one class first: which indices does it have, and how many of them go?",
        "Shuffle all indices once, with a generator of your own that has the seed; then go through "
        "the classes, and hold out the first few of each in that order.",
        "order = torch.randperm(n, generator=torch.Generator().manual_seed(seed)); for each label, "
        "members = order[labels[order] == label]; mark round(len(members) * val_fraction) of them.",
    ),
    cases=(
        Case("every image in one part, with its label",
             lambda d: _split(d, d.labels(d.integer(90, 110), 4), 0.25),
             probe=splits, judge=differing(split_facts, WHOLE)),
        Case("a share of every class", lambda d: _split(d, d.labels(2000), d.number(0.1, 0.4)),
             probe=splits, judge=differing(split_facts, (*WHOLE, "not_swapped", "shares"))),
        Case("a share of classes of different sizes", lambda d: _split(d, _uneven(d), 0.2),
             probe=splits, judge=differing(split_facts, (*WHOLE, "not_swapped", "shares"))),
        Case("the same seed, the same split", lambda d: _split(d, d.labels(200), 0.25, seeds=2),
             probe=splits, judge=differing(split_facts, (*WHOLE, "repeats"))),
        Case("another seed, another split", lambda d: _split(d, d.labels(200), 0.25, seeds=3),
             probe=splits, judge=differing(split_facts, (*WHOLE, "drawn", "varies"))),
        kinds(_to_split),
        untouched(_to_split),
        Case("refuses a fraction not between 0 and 1", _bad_fractions, probe=refused_calls,
             judge=all_refused, care=True),
        refuses("different lengths", _lengths_to_split),
    ),
    misconceptions=(
        Misconception("cut-in-order", "The first images are held out, as they lie in the file.",
                      mistakes.cut_in_order,
                      next="files are often sorted: draw by chance, class by class."),
        Misconception("not-stratified", "The part is drawn from all images at once: by chance some "
                      "classes give more than their share.", mistakes.not_stratified,
                      next="draw from each class by itself."),
        Misconception("first-of-each-class", "Of every class the first ones are held out, whatever "
                      "the seed.", mistakes.first_of_each_class,
                      next="shuffle with torch.randperm before you take the first ones."),
        Misconception("equal-counts", "Every class gives the same number, not the same share.",
                      mistakes.equal_counts,
                      next="the count is val_fraction times the size of that class."),
        Misconception("seed-ignored", "The split repeats, but it is the same for every seed.",
                      mistakes.split_seed_ignored,
                      next="torch.Generator().manual_seed(seed), handed to randperm."),
        Misconception("unseeded", "The same seed gives another split each time.",
                      mistakes.split_unseeded,
                      next="torch.Generator().manual_seed(seed), handed to randperm."),
        Misconception("parts-swapped", "Training and validation are swapped.",
                      mistakes.parts_swapped, next="val_fraction is the share that is held out."),
        Misconception("images-then-labels", "The four come as scikit-learn has them: both images, "
                      "then both labels.", mistakes.images_then_labels,
                      next="train_images, train_labels, val_images, val_labels."),
        Misconception("left-in-training", "What is held out is in the training part as well: the "
                      "network would be examined on what it has seen.", mistakes.left_in_training,
                      next="the training part is what is not held out: ~held_out."),
    ),
)  # fmt: skip


# ---- make_loader ---------------------------------------------------------------------------------


def _load(draw: Draw, n: int, size: int, *loaders: Inputs, at_once: bool = True) -> Inputs:
    return {
        "images": _told_apart(draw, n),
        "labels": draw.labels(n),
        "batch_size": size,
        "loaders": list(loaders),
        "at_once": at_once,
    }


def _shuffled(draw: Draw, *more: int, at_once: bool = True) -> Inputs:
    """Ask for shuffled loaders: with one seed, and with those that lie so far from it."""
    seed = draw.integer(1, 10_000)
    loaders = [{"shuffle": True, "seed": seed + step} for step in (0, *more)]
    return _load(draw, 50, 8, *loaders, at_once=at_once)


def _repeated(draw: Draw) -> Inputs:
    seed = draw.integer(1, 10_000)
    twice = [{"shuffle": True, "seed": seed}] * 2
    return _load(draw, 50, 8, *twice, {"shuffle": True}, {"shuffle": True, "seed": 0})


def _to_load(draw: Draw) -> Inputs:
    return arguments(_told_apart(draw, 9), draw.labels(9), 4)


def _to_shuffle(draw: Draw) -> Inputs:
    return arguments(_told_apart(draw, 9), draw.labels(9), 4, shuffle=True, seed=3)


def _lengths_to_load(draw: Draw) -> Inputs:
    return arguments(_told_apart(draw, 9), draw.labels(9 + draw.choice((-2, 2))), 4)


SERVED = ("images_first", "given", "paired", "sizes", "all_served")


def _epochs(name: str, draw: Any, *facts: str) -> Case:
    return Case(name, draw, probe=epochs, judge=differing(loader_facts, (*SERVED, *facts)))


make_loader = Exercise(
    name="make_loader",
    asks="Return a DataLoader of (images, labels) batches, shuffled by the seed if asked for.",
    difficulty="medium",
    reference=tensors.make_loader,
    hints=(
        "torch.utils.data has it all: one class that pairs tensors, one that serves batches.",
        "Shuffling draws random numbers. Which numbers, is the business of a generator; give the "
        "loader one of its own, with your seed, and it moves on by itself from epoch to epoch.",
        "DataLoader(TensorDataset(images, labels), batch_size=..., shuffle=..., "
        "generator=torch.Generator().manual_seed(seed)).",
    ),
    cases=(
        _epochs("in order, the last batch short",
                lambda d: _load(d, d.integer(9, 11), 4, {}, {"shuffle": False, "seed": 5}),
                "ordered"),
        _epochs("one batch is enough", lambda d: _load(d, d.integer(15, 20), 32, {}), "ordered"),
        _epochs("shuffled, each image with its label", _shuffled, "shuffled"),
        _epochs("a new order every epoch", _shuffled, "shuffled", "new_order"),
        _epochs("the same seed, the same order", _repeated, "shuffled", "repeats"),
        _epochs("whatever else draws random numbers", lambda d: _shuffled(d, 0, 5, at_once=False),
                "shuffled", "repeats"),
        _epochs("another seed, another order", lambda d: _shuffled(d, 1, 9), "shuffled", "varies"),
        kinds(_to_load, probe=first_batch),
        untouched(_to_shuffle, probe=after_an_epoch),
        refuses("different lengths", _lengths_to_load),
    ),
    misconceptions=(
        Misconception("last-batch-dropped", "The last, short batch is left out: some images are "
                      "never seen.", mistakes.last_dropped,
                      next="drop_last is for other occasions."),
        Misconception("never-shuffled", "With shuffle=True the images still come in their order.",
                      mistakes.never_shuffled, next="hand shuffle on to the DataLoader."),
        Misconception("always-shuffled", "It shuffles without being asked.",
                      mistakes.always_shuffled, next="hand shuffle on to the DataLoader."),
        Misconception("unseeded", "The order is another one each time, whatever the seed.",
                      mistakes.unseeded, next="generator=torch.Generator().manual_seed(seed)."),
        Misconception("seed-ignored", "The order is the same for every seed.",
                      mistakes.seed_ignored, next="hand the seed that you are given on."),
        Misconception("seeded-for-all", "torch.manual_seed seeds the random numbers of the whole "
                      "program: any other code that draws some changes the order.",
                      mistakes.seeded_for_all,
                      next="give the loader a torch.Generator() of its own."),
        Misconception("shuffled-once", "It shuffles once; every epoch comes in that same order.",
                      mistakes.shuffled_once, next="let the DataLoader shuffle: shuffle=shuffle."),
        Misconception("images-shuffled-alone", "Images and labels are not shuffled together.",
                      mistakes.images_shuffled_alone,
                      next="a TensorDataset keeps each image with its label."),
        Misconception("no-loader", "What comes back is not a DataLoader.", mistakes.no_loader,
                      next="return the DataLoader itself, not a list of its batches."),
        Misconception("lengths-unchecked", "Different lengths are left to TensorDataset, which "
                      "raises an AssertionError.", mistakes.any_lengths,
                      next="check first, and raise a ValueError."),
    ),
)  # fmt: skip
