"""The usual cases, in a word each; an exercise module puts them together."""

from collections.abc import Callable, Sequence
from typing import Any

from autograder import probes
from autograder.draw import Draw
from autograder.exercise import Case
from autograder.probes import Inputs

Drawing = Callable[[Draw], Inputs]


def values(name: str, draw: Drawing, points: int = 1, **options: Any) -> Case:
    """Compare what a call returns with what the reference returns."""
    return Case(name, draw, points=points, **options)


def gradients(
    draw: Drawing, of: Sequence[int] = (0,), name: str = "gradients", **options: Any
) -> Case:
    """Compare the gradients of the arguments at these places; `draw` adds "upstream" itself."""

    def with_places(source: Draw) -> Inputs:
        return {"of": list(of), **draw(source)}

    return Case(name, with_places, probe=probes.gradients, **options)


def kinds(draw: Drawing, name: str = "types", **options: Any) -> Case:
    """Compare types and dtypes; worth nothing where the values are wrong."""
    return Case(name, draw, judge=_same_kinds, care=True, **options)


def untouched(draw: Drawing, name: str = "arguments stay as they were", **options: Any) -> Case:
    """See that a call leaves its arguments alone."""
    options = {"expect": _arguments, "probe": probes.arguments_after, **options}
    return Case(name, draw, care=True, **options)


def refuses(name: str, draw: Drawing, **options: Any) -> Case:
    """See that a call which makes no sense raises ValueError."""
    return Case(f"refuses {name}", draw, probe=probes.refusal, judge=_refused, care=True, **options)


def _same_kinds(expected: Any, got: Any) -> str | None:
    from autograder.compare import same_kinds

    return same_kinds(expected, got)


def _arguments(inputs: Inputs) -> Inputs:
    return {"args": inputs["args"], "keywords": inputs["keywords"]}


def _refused(expected: str, got: Any) -> str | None:
    if got == expected:
        return None
    came = "nothing was raised" if got == "nothing" else f"{got} was raised"
    return f"a {expected} was expected, {came}"
