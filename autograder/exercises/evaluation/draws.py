"""What the checks of lesson 5 are tried on: networks, loaders, predictions, counts."""

from typing import Any

import torch
from torch import Tensor

from autograder.compare import kind
from autograder.draw import Draw
from autograder.exercises.evaluation.ranking_mistakes import RANKINGS
from autograder.probes import Inputs, arguments
from autograder.probes import evaluation as probes
from mnist_course import evaluation


def partly_right(draw: Draw, predictions: Tensor, classes: int) -> Tensor:
    """Draw labels of which some are the predictions, and never all or none of them."""
    n = len(predictions)
    others = (predictions + torch.from_numpy(draw.rng.integers(1, classes, n))) % classes
    order = torch.from_numpy(draw.rng.permutation(n))
    return torch.where(order < draw.integer(max(1, n // 3), max(1, n // 2)), predictions, others)


def logits_and_labels(draw: Draw, n: int, classes: int = 10) -> tuple[Tensor, Tensor]:
    """Draw logits and labels that some of them fit."""
    logits = 3 * draw.normal(n, classes)
    return logits, partly_right(draw, logits.argmax(dim=1), classes)


def whole_logits(draw: Draw, n: int) -> tuple[Tensor, Tensor]:
    """Draw logits 0 to 3 in every order: the largest is always 3, wherever it stands."""
    logits = torch.stack([torch.from_numpy(draw.rng.permutation(4)) for _ in range(n)]).float()
    return logits, partly_right(draw, logits.argmax(dim=1), 4)


def network(draw: Draw, mode: str = "eval", classes: int = 10, size: float = 1.0) -> Inputs:
    """Draw the weights of a network; `size` is that of its logits."""
    state = {
        "0.running_mean": draw.uniform(1, low=0.45, high=0.55),
        "0.running_var": draw.uniform(1, low=0.07, high=0.1),
        "2.weight": draw.normal(probes.HIDDEN, 784) / 28,
        "2.bias": draw.normal(probes.HIDDEN) / 2,
        "3.0.weight": draw.uniform(probes.HIDDEN, low=0.5, high=1.5),
        "3.0.bias": draw.normal(probes.HIDDEN) / 2,
        "3.0.running_mean": draw.normal(probes.HIDDEN) / 2,
        "3.0.running_var": draw.uniform(probes.HIDDEN, low=0.3, high=2.0),
        "4.weight": size * draw.normal(classes, probes.HIDDEN),
        "4.bias": size * draw.normal(classes),
    }
    return {"state": state, "mode": mode}


def probabilities(net: Inputs, images: Tensor) -> Tensor:
    """Return what the network says when it is asked as it should be."""
    return evaluation.predict_probabilities(probes.network(net), images)


def samples(draw: Draw, n: int, batch_size: int, mode: str = "eval") -> Inputs:
    """Draw a network and a loader; some of the labels are what the network reads."""
    net, images = network(draw, mode), draw.images(n)
    labels = partly_right(draw, probabilities(net, images).argmax(dim=1), 10)
    loader = {"images": images, "labels": labels, "batch_size": batch_size}
    return {"network": net, "loader": loader}


def unlabelled(draw: Draw, n: int, mode: str = "eval", **options: Any) -> Inputs:
    """Draw a network and images."""
    return {"network": network(draw, mode, **options), "args": [draw.images(n)]}


def guesses(draw: Draw, k: int, mode: str = "eval") -> Inputs:
    """Draw a network, images and labels; no two mistakes are equally hard, and every way to rank
    them gives another order."""
    while True:
        net, images = network(draw, mode, size=0.7), draw.images(24)
        labels = partly_right(draw, probabilities(net, images).argmax(dim=1), 10)
        model = probes.network(net)
        rankings = [
            [int(i) for i in rank(model, images, labels, 3)]
            for rank in (evaluation.hardest_mistakes, *RANKINGS)
        ]
        surest = probabilities(net, images).max(dim=1).values.sort().values
        apart = bool((surest.diff() > 1e-4).all())
        if apart and all(rankings[0] != other for other in rankings[1:]):
            return {"network": net, "args": [images, labels, k]}


def nothing_to_find(draw: Draw) -> Inputs:
    """Draw a network whose predictions are all right."""
    net, images = network(draw), draw.images(6)
    labels = probabilities(net, images).argmax(dim=1)
    return {"network": net, "args": [images, labels, 4]}


def classes_read(
    draw: Draw, n: int, classes: int, least: int = 0, most: int | None = None
) -> list[Tensor]:
    """Draw predictions and labels of classes from `least` to `most`."""
    most = classes - 1 if most is None else most
    return [torch.from_numpy(draw.rng.integers(least, most + 1, n)) for _ in range(2)]


def counts(draw: Draw, classes: int, unread: int = -1, absent: int = -1) -> Inputs:
    """Draw a confusion matrix; perhaps a class is never read, or never there."""
    confusion = torch.from_numpy(draw.rng.integers(1, 30, (classes, classes)))
    if unread >= 0:
        confusion[:, unread] = 0
    if absent >= 0:
        confusion[absent] = 0
    return arguments(confusion)


def single_images(draw: Draw) -> Inputs:
    """Draw images for a call each: some are read right and some are not."""
    logits = draw.normal(6, 10)
    wrong = torch.from_numpy(draw.rng.permutation([0, 0, 1, 1, 1, 1]))
    labels = (logits.argmax(dim=1) + wrong * draw.integer(1, 9)) % 10
    return {"calls": [[logits[i : i + 1], labels[i : i + 1]] for i in range(6)]}


def one_perfect(draw: Draw, classes: int) -> Inputs:
    """Draw a confusion matrix in which one class occurs once, and is read as itself."""
    inputs = counts(draw, classes, unread=classes - 1, absent=classes - 1)
    inputs["args"][0][-1, -1] = 1
    return inputs


def out_of_range(draw: Draw) -> Inputs:
    """Draw calls in each of which one class is too large or negative."""
    return {
        "calls": {
            "a prediction that is too large": spoilt(draw, 0, 10),
            "a label that is too large": spoilt(draw, 1, 10),
            "a negative prediction": spoilt(draw, 0, -1),
            "a negative label": spoilt(draw, 1, -1),
            "more classes than num_classes": [*classes_read(draw, 9, 10, 5, 6), 6],
        }
    }


def spoilt(draw: Draw, place: int, value: int) -> list[Tensor]:
    """Draw predictions (place 0) and labels (place 1), and put an odd value into one of them."""
    both = classes_read(draw, 8, 10)
    both[place][draw.integer(0, 7)] = value
    return both


def different_lengths(draw: Draw) -> Inputs:
    """Draw predictions and labels of different numbers."""
    calls = {f"{n} and {m}": [draw.labels(n), draw.labels(m)] for n, m in ((7, 6), (7, 1), (1, 5))}
    return {"calls": calls}


def two_float_tensors(expected: Any, got: Any) -> str | None:  # noqa: ARG001
    """Say what is not a tensor of floats, be they of 32 bits or 64."""
    if not isinstance(got, list | tuple) or len(got) != 2:
        return "two tensors were expected"
    for part in got:
        if not (isinstance(part, Tensor) and part.dtype.is_floating_point):
            return f"a tensor of floats was expected, {kind(part)} came"
    return None
