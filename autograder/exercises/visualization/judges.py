"""Judges of figures, as the probes of lesson 2 read them: is that what was expected to be seen?

What is expected need not be right: diagnosing, an answer is compared with a wrong one.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.exercise import Judge
from autograder.probes import Inputs

ALIKE = 0.999  # correlation of two pictures that are the same, however bright
HALF = 0.51  # of a place: so far a bar of a histogram may stand from its digit

Pair = tuple[dict[str, Any], dict[str, Any]]  # what one axes is expected to show, and shows


def digits_as_asked(inputs: Inputs) -> Any:
    """Return what is to be seen of show_digits; to draw it, only to read it, would be slow."""
    images, labels, columns = [*inputs["args"], 8][:3]
    seen = [
        {"title": str(label), "image": image[0].numpy(), "grey": True, "ticks": False}
        for image, label in zip(images, labels.tolist(), strict=True)
    ]
    return {"rows": [seen[i : i + columns] for i in range(0, len(seen), columns)]}


def _figures(compare: Callable[[Any, Any], str | None]) -> Judge:
    """Make a judge of one that knows figures only."""

    def judge(expected: Any, got: Any) -> str | None:
        came = [seen.get("came") for seen in (expected, got)]
        if came == [None, None]:
            return compare(expected, got)
        wanted = came[0] or "a matplotlib Figure"
        return None if came[0] == came[1] else f"{wanted} was expected, {came[1]} came"

    return judge


def _each(compare: Callable[[Pair], str | None]) -> Judge:
    """Make a judge of one that compares a single axes; only those with a picture are looked at."""

    def judge(expected: Any, got: Any) -> str | None:
        right, left = _pictures(expected), _pictures(got)
        if len(right) != len(left):
            return f"{len(right)} axes with a picture were expected, {len(left)} came"
        faults = (compare(pair) for pair in zip(right, left, strict=True))
        found = ((place, fault) for place, fault in enumerate(faults) if fault)
        return next((f"axes {place + 1}: {fault}" for place, fault in found), None)

    return _figures(judge)


def _pictures(seen: Any) -> list[Any]:
    return [axes for row in seen["rows"] for axes in row if axes["image"] is not None]


@_figures
def same_layout(expected: Any, got: Any) -> str | None:
    """Say how the rows of axes differ; empty axes that are seen count."""
    right, left = ([len(row) for row in seen["rows"]] for seen in (expected, got))
    if right != left:
        return f"rows of {right} axes were expected, rows of {left} are seen"
    if len(_pictures(expected)) != len(_pictures(got)):
        return f"{sum(right)} pictures were expected, {len(_pictures(got))} came"
    return None


@_each
def same_pictures(pair: Pair) -> str | None:
    """Say which picture is not the one expected; how bright it is does not matter."""
    right, left = (np.asarray(seen["image"], dtype="float64") for seen in pair)
    if right.shape != left.shape:
        return f"a picture of {right.shape} was expected, one of {left.shape} came"
    alike = abs(np.corrcoef(right.ravel(), left.ravel())[0, 1])
    return None if alike > ALIKE else "it shows another picture than was expected"


@_each
def same_titles(pair: Pair) -> str | None:
    """Say which title is not the one expected: words around the label are welcome."""
    right, left = (seen["title"] for seen in pair)
    same = _label(right) == _label(left)
    return None if same else f"the title {right!r} was expected, {left[:40]!r} came"


def _label(title: str) -> str:
    """Return the number in a title; what Python prints of a tensor is no label."""
    numbers = "".join(letter if letter.isdecimal() else " " for letter in title).split()
    return title if "tensor" in title or len(numbers) != 1 else numbers[0]


@_each
def same_grey(pair: Pair) -> str | None:
    """Say where one is grey and the other is not."""
    return None if pair[0]["grey"] == pair[1]["grey"] else "the colour map should be a grey one"


@_each
def same_ticks(pair: Pair) -> str | None:
    """Say where one has ticks and the other has not."""
    return None if pair[0]["ticks"] == pair[1]["ticks"] else "it should have no ticks"


def same_figure(expected: Any, got: Any) -> str | None:
    """Say what differs in layout, pictures or titles."""
    judges = (same_layout, same_pictures, same_titles)
    return next((fault for judge in judges if (fault := judge(expected, got))), None)


@_figures
def same_bars(expected: Any, got: Any) -> str | None:
    """Say how the bars differ in number, length or place."""
    (right, heights), (left, lengths) = (_columns(seen["bars"]) for seen in (expected, got))
    if len(right) != len(left):
        return f"{len(right)} bars were expected, {len(left)} came"
    if not np.allclose(heights, lengths):
        return f"bars of {heights.tolist()} were expected, of {lengths.tolist()} came"
    if not (abs(right - left) < HALF).all():
        return f"bars at {right.tolist()} were expected, at {left.round(2).tolist()} came"
    return None


def _columns(bars: Any) -> Any:
    return np.array(bars, dtype="float64").reshape(-1, 2).T
