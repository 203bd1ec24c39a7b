"""Lesson 1: what must hold of a split and of a loader, whatever order the answer drew.

Each judge reads the same facts from what was expected and from what came; the first fact in which
they differ is said. So a mistake is known by its facts, too, and not by its random numbers.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from autograder.compare import numbers
from autograder.exercise import Judge

Facts = Mapping[str, bool]
Places = tuple[int, ...]

SAID = {
    "images_then_labels": "train images, train labels, val images, val labels were expected, in "
    "this order",
    "images_first": "a batch is (images, labels), in this order",
    "given": "an image came that was not given, or not in its shape",
    "paired": "an image came with another label than its own",
    "complete": "some of the images are in neither part",
    "once": "some of the images come twice",
    "shares": "the validation part does not hold its share of every class, to within one image",
    "not_swapped": "the training part holds the share that validation should have",
    "drawn": "of every class the first images were held out, or the last: they were not drawn",
    "repeats": "the same seed gave another result the second time",
    "varies": "another seed gave the very same result",
    "sizes": "every batch must hold batch_size images, and the last one what is left over",
    "all_served": "an epoch must bring every image once",
    "ordered": "without shuffle, images must come in the order in which they were given",
    "shuffled": "with shuffle=True, images came in the order in which they were given",
    "new_order": "the second epoch came in the same order as the first",
}


def differing(read: Callable[[Any, Any], Facts], names: Sequence[str]) -> Judge:
    """Return a judge of these facts, told in this order."""

    def judge(expected: Any, got: Any) -> str | None:
        asked = expected["asked"]
        right, theirs = read(asked, expected), read(asked, got)
        return next((SAID[n] for n in names if right.get(n) != theirs.get(n)), None)

    return judge


def all_refused(expected: Mapping[str, str], got: Any) -> str | None:
    """Judge what was raised, call by call."""
    for name, error in expected.items():
        came = got.get(name)
        if came != error:
            what = "nothing was raised" if came == "nothing" else f"{came} was raised"
            wanted = "nothing to be raised" if error == "nothing" else f"a {error}"
            return f"{name}: {wanted} was expected, {what}"
    return None


# ---- which of the given images came --------------------------------------------------------------


def places(asked: Mapping[str, Any], images: Any) -> Places | None:
    """Return where each of these stands among the given images; None if one is not of them."""
    given, came = asked["images"].numpy(), numbers(images)
    if came is None or came.ndim != 4 or came.shape[1:] != given.shape[1:]:
        return None
    keys = given[:, 0, 0, 0]  # every given image has a first pixel of its own
    order = keys.argsort()
    nearest = np.searchsorted(keys[order], came[:, 0, 0, 0] - 0.1 / len(keys))
    found = order[nearest.clip(max=len(keys) - 1)]
    return tuple(found.tolist()) if np.allclose(came, given[found], atol=1e-5) else None


def _labels_fit(asked: Mapping[str, Any], found: Places, labels: Any) -> bool:
    came = numbers(labels)
    return came is not None and np.array_equal(came, asked["labels"].numpy()[list(found)])


def _agreeing(keys: Sequence[Any], results: Sequence[Any]) -> dict[str, bool]:
    """Tell whether equal keys gave equal results, and different keys different ones."""
    pairs = list(combinations(zip(keys, results, strict=True), 2))
    return {
        "repeats": all(one == other for (k, one), (m, other) in pairs if k == m),
        "varies": all(one != other for (k, one), (m, other) in pairs if k != m),
    }


# ---- splits --------------------------------------------------------------------------------------


def split_facts(asked: Mapping[str, Any], came: Mapping[str, Any]) -> Facts:
    """Read what holds of the splits: there is one for each seed."""
    every = [_facts_of_one(asked, parts) for parts in came["parts"]]
    facts = {name: all(one.get(name, False) for one in every) for name in set().union(*every)}
    if not facts["given"]:
        return facts
    held_out = [frozenset(places(asked, parts[2]) or ()) for parts in came["parts"]]
    return {**facts, **_agreeing(asked["seeds"], held_out)}


def _facts_of_one(asked: Mapping[str, Any], parts: Sequence[Any]) -> dict[str, bool]:
    dimensions = [getattr(part, "ndim", None) for part in parts]
    train, val = places(asked, parts[0]), places(asked, parts[2])
    if dimensions != [4, 1, 4, 1] or train is None or val is None:
        return {"given": False, "images_then_labels": dimensions != [4, 4, 1, 1]}
    return {
        "given": True,
        "images_then_labels": True,
        "paired": _labels_fit(asked, train, parts[1]) and _labels_fit(asked, val, parts[3]),
        "complete": len({*train, *val}) == len(asked["labels"]),
        "once": len({*train, *val}) == len(train) + len(val),
        "shares": _has_the_shares(asked, val),
        "not_swapped": not _has_the_shares(asked, train),
        "drawn": not _in_file_order(asked, train, val),
    }


def _has_the_shares(asked: Mapping[str, Any], held_out: Places) -> bool:
    labels = asked["labels"].numpy()
    wanted = np.bincount(labels) * asked["fraction"]
    held = np.bincount(labels[list(held_out)], minlength=len(wanted))
    return bool((np.abs(held - wanted) <= 1 + 1e-6).all())


def _in_file_order(asked: Mapping[str, Any], train: Places, val: Places) -> bool:
    """Tell whether the held out ones of every class stand before all others of it, or behind."""
    labels = asked["labels"].tolist()
    ranks = [
        [(place in val) for place in sorted({*train, *val}) if labels[place] == label]
        for label in set(labels)
    ]
    return all(r == sorted(r) for r in ranks) or all(r == sorted(r)[::-1] for r in ranks)


# ---- loaders -------------------------------------------------------------------------------------


def loader_facts(asked: Mapping[str, Any], came: Mapping[str, Any]) -> Facts:
    """Read what holds of the loaders: there are two epochs of each."""
    every = [epoch for two in came["epochs"] for epoch in two]
    orders = [[_order(asked, epoch) for epoch in two] for two in came["epochs"]]
    facts = {
        "images_first": all(getattr(batch[0], "ndim", 0) > 1 for epoch in every for batch in epoch),
        "given": all(order is not None for two in orders for order in two),
        "sizes": all(_sizes_fit(asked, epoch) for epoch in every),
    }
    return facts if not facts["given"] else {**facts, **_order_facts(asked, every, orders)}


def _order(asked: Mapping[str, Any], epoch: Sequence[Any]) -> Places | None:
    found = [places(asked, batch[0]) for batch in epoch]
    if any(part is None for part in found):
        return None
    return tuple(place for part in found for place in part or ())


def _sizes_fit(asked: Mapping[str, Any], epoch: Sequence[Any]) -> bool:
    size, total = asked["batch_size"], len(asked["labels"])
    wanted = [min(size, total - start) for start in range(0, total, size)]
    return [len(batch[0]) for batch in epoch] == wanted


def _order_facts(asked: Mapping[str, Any], every: Sequence[Any], orders: Sequence[Any]) -> Facts:
    given = tuple(range(len(asked["labels"])))
    shuffling = [keywords.get("shuffle", False) for keywords in asked["loaders"]]
    pairs = list(zip(shuffling, orders, strict=True))
    return {
        "paired": all(
            _labels_fit(asked, places(asked, batch[0]) or (), batch[1])
            for epoch in every
            for batch in epoch
        ),
        "all_served": all(tuple(sorted(order)) == given for two in orders for order in two),
        "ordered": all(two == [given, given] for shuffles, two in pairs if not shuffles),
        "shuffled": all(given not in two for shuffles, two in pairs if shuffles),
        "new_order": all(one != other for shuffles, (one, other) in pairs if shuffles),
        **_agreeing([keywords.get("seed", 0) for keywords in asked["loaders"]], orders),
    }
