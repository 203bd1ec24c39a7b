"""Comparing what came with what was expected, on the trusted side, and saying how they differ."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

Judge = Callable[[Any, Any], str | None]
TOLERANCE = 1e-4  # relative to the largest expected value, or to 1


def same_values(expected: Any, got: Any, tolerance: float = TOLERANCE) -> str | None:
    """Say how values differ, or return None. Kinds (float32 or float64) are not looked at here."""
    if isinstance(expected, Mapping):
        return _same_items(expected, got, tolerance)
    if isinstance(expected, list | tuple):
        return _same_parts(expected, got, tolerance)
    if isinstance(expected, str) or expected is None:
        fits = type(got) is type(expected) and got == expected
        return None if fits else f"{brief(expected)} was expected, {brief(got)} came"
    return _same_numbers(expected, got, tolerance)


def near(tolerance: float) -> Judge:
    """Return a judge that is less strict, for what is measured rather than computed."""
    return lambda expected, got: same_values(expected, got, tolerance)


def _same_items(expected: Mapping[Any, Any], got: Any, tolerance: float) -> str | None:
    if not isinstance(got, Mapping):
        return f"a dict was expected, {brief(got)} came"
    if set(expected) != set(got):
        return f"the keys {sorted(expected)} were expected, {sorted(map(str, got))} came"
    for name in expected:
        if fault := same_values(expected[name], got[name], tolerance):
            return f"{name}: {fault}"
    return None


def _same_parts(expected: list[Any] | tuple[Any, ...], got: Any, tolerance: float) -> str | None:
    if not isinstance(got, list | tuple):
        return f"{len(expected)} values were expected, {brief(got)} came"
    if len(expected) != len(got):
        return f"{len(expected)} values were expected, {len(got)} came"
    for place, (left, right) in enumerate(zip(expected, got, strict=True)):
        if fault := same_values(left, right, tolerance):
            return fault if len(expected) == 1 else f"value {place + 1} of {len(expected)}: {fault}"
    return None


def _same_numbers(expected: Any, got: Any, tolerance: float) -> str | None:
    right = numbers(expected)
    if right is None:
        raise TypeError(f"a {type(expected).__name__} cannot be compared")
    shape = tuple(getattr(got, "shape", ()))  # first: what came may be large
    if isinstance(got, torch.Tensor | np.ndarray) and right.shape != shape:
        return f"shape {right.shape} was expected, {shape} came"
    left = numbers(got)
    if left is None:
        return f"{brief(expected)} was expected, {brief(got)} came"
    if right.shape != left.shape:
        return f"shape {right.shape} was expected, {left.shape} came"
    close = np.isclose(left, right, rtol=0, atol=tolerance * _size(right), equal_nan=True)
    if close.all():
        return None
    if right.ndim == 0:
        return f"{right:.6g} was expected, {left:.6g} came"
    place = tuple(int(i) for i in np.argwhere(~close)[0])
    return (
        f"shape {right.shape} is right, the values are not: at {list(place)} "
        f"{right[place]:.5g} was expected, {left[place]:.5g} came"
    )


def _size(values: npt.NDArray[np.float64]) -> float:
    """Return the size of the largest finite value, at least 1."""
    finite = np.abs(values[np.isfinite(values)])
    return max(1.0, float(finite.max(initial=0.0)))


def numbers(value: Any) -> npt.NDArray[np.float64] | None:
    """Return what is numeric as an array of float64; None for anything else."""
    if isinstance(value, torch.Tensor):
        plain = value.detach().cpu().resolve_conj()
        plain = plain.float() if plain.dtype == torch.bfloat16 else plain  # numpy has none
        value = plain.numpy() if not value.is_sparse else None
    if isinstance(value, bool | int | float | np.generic | np.ndarray):
        array = np.asarray(value)
        return array.astype(np.float64) if array.dtype.kind in "biuf" else None
    return None


def same_kinds(expected: Any, got: Any) -> str | None:
    """Say how types and dtypes differ, or return None; values and shapes are not looked at."""
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        faults = (same_kinds(left, right) for left, right in zip(expected, got, strict=False))
        return next((fault for fault in faults if fault), None)
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        faults = (same_kinds(expected[name], got.get(name)) for name in expected)
        return next((fault for fault in faults if fault), None)
    right, left = kind(expected), kind(got)
    return None if right == left else f"{right} was expected, {left} came"


def kind(value: Any) -> str:
    """Name the kind of a value: "a float32 tensor", "a float"."""
    if isinstance(value, torch.Tensor):
        return with_article(f"{str(value.dtype).removeprefix('torch.')} tensor")
    if isinstance(value, np.ndarray):
        return f"a numpy array of {value.dtype}"
    for plain in (bool, int, float, tuple, list, dict, str):
        if isinstance(value, plain):
            return with_article(plain.__name__)
    return "None" if value is None else with_article(type(value).__name__)


def with_article(word: str) -> str:
    """Return "a float", "an int"."""
    return f"{'an' if word[0].lower() in 'aeiou' else 'a'} {word}"


def brief(value: Any) -> str:
    """Describe a value in a few words: its shape, or the value itself where that is short."""
    if isinstance(value, torch.Tensor | np.ndarray):
        flat = numbers(value)
        if flat is not None and flat.ndim <= 1 and 0 < flat.size <= 6:
            whole = flat.astype(np.int64) if (flat == flat.round()).all() else flat
            return np.array2string(whole, precision=4, separator=", ")
        return f"{kind(value)} of shape {tuple(value.shape)}"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, str | int | bool) or value is None:
        return repr(value)[:80]
    if isinstance(value, list | tuple) and len(value) <= 4:
        return f"({', '.join(brief(part) for part in value)})"
    return kind(value)
