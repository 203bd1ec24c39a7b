"""Lesson 3: what is random: dropout, and the first weights of a layer."""

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from autograder.cases import kinds, untouched, values
from autograder.compare import near, numbers
from autograder.draw import Draw
from autograder.exercise import Case, Exercise, Judge
from autograder.exercises.conv_layers import chance_mistakes as mistakes
from autograder.probes import Inputs, arguments
from autograder.probes import conv_layers as probes
from mnist_course import layers

CONVOLUTION_LAYERS = ("Conv[123]d", "_ConvNd", "ConvTranspose*", "_ConvTranspose*", "LazyConv*")
DROPPING = ("*dropout*", "*Dropout*")


def refuses_each(name: str, calls: Callable[[Draw], list[list[Any]]]) -> Case:
    """See that each of the calls raises ValueError."""

    def judge(expected: list[str], got: Any) -> str | None:
        wrong = [came for right, came in zip(expected, got, strict=True) if right != came]
        came = "nothing was" if "nothing" in wrong else f"{wrong[:1]} was"
        return f"a ValueError was expected, {came} raised" if wrong else None

    return Case(
        f"refuses {name}", lambda draw: {"calls": calls(draw)}, probes.refusals, judge, care=True
    )


# ---- dropout -------------------------------------------------------------------------------------


def _nonzero(draw: Draw, *shape: int) -> Any:
    return draw.uniform(*shape, low=0.5, high=1.5) * draw.normal(*shape).sign()


def _low(draw: Draw) -> float:
    return draw.number(0.15, 0.35)


def _ends(draw: Draw) -> Inputs:
    return {"calls": [[_nonzero(draw, 3, 4), 0.0], [_nonzero(draw, 3, 4), 1.0, True]]}


def _many(draw: Draw) -> Any:
    """Draw so many maps that those who drop whole ones lose the right share, too."""
    return _nonzero(draw, 32, 64, 6, 6)


def _two_shares(draw: Draw) -> Inputs:
    return {"calls": [[_many(draw), _low(draw)], [_many(draw)]]}


def _three_calls(draw: Draw) -> Inputs:
    return {"calls": [[_many(draw), 0.5]] * 3}


def _by(measure: Callable[[list[Tensor], list[Tensor]], Any], tolerance: float) -> Judge:
    """Judge what is measured, out here, of what went in and what came back."""

    def judge(expected: Any, got: Any) -> str | None:
        given = [x.detach() for x in expected["given"]]
        right, came = ([_plain(out) for out in outs["came"]] for outs in (expected, got))
        if [out.shape for out in came] != [out.shape for out in right]:
            return "the shape of x was expected"
        if not all(out.isfinite().all() for out in came):
            return "finite numbers were expected"
        if _spread(given[0], came[0]) > max(_spread(given[0], right[0]), 1e-3):
            return "what is kept should be x, and all of it scaled alike"
        return near(tolerance)(measure(given, right), measure(given, came))

    return judge


def _plain(out: Any) -> Tensor:
    return torch.as_tensor(numbers(out)).float()


def _spread(given: Tensor, came: Tensor) -> float:
    """Say how differently the values that are not zero were scaled."""
    factors = (came / given)[came != 0]
    return float(factors.max() - factors.min()) if factors.numel() else 0.0


def _factors(given: list[Tensor], came: list[Tensor]) -> dict[str, float]:
    """Say by how much the values that are not zero were multiplied."""
    factors = (came[0] / given[0])[came[0] != 0]
    if not factors.numel():
        return {"least": 0.0, "most": 0.0}
    return {"least": factors.min().item(), "most": factors.max().item()}


def _zeros(_: list[Tensor], came: list[Tensor]) -> list[float]:
    return [_share(out == 0) for out in came]


def _equal_neighbours(_: list[Tensor], came: list[Tensor]) -> list[float]:
    """Say, for each direction, how often a value and the next one share their fate."""
    gone, sizes = came[0] == 0, enumerate(came[0].shape)
    pairs = ((gone.narrow(d, 0, n - 1), gone.narrow(d, 1, n - 1)) for d, n in sizes)
    return [_share(gone), *(_share(one == other) for one, other in pairs)]


def _equal_calls(_: list[Tensor], came: list[Tensor]) -> list[float]:
    """Say how often a value shares its fate with that of the next call."""
    gone = [out == 0 for out in came]
    return [_share(gone[0]), max(_share(one == other) for one, other in pairwise(gone))]


def _gradient(given: list[Tensor], came: list[Tensor]) -> dict[str, float]:
    """Say how far the gradient is from what multiplied the values, and how often it is zero."""
    out, gradient = came
    distance = (gradient * given[0] - out).abs().max().item()
    return {"distance": distance, "share of zeros": _share(gradient == 0)}


def _share(mask: Tensor) -> float:
    return mask.double().mean().item()


def _outside(draw: Draw) -> list[list[Any]]:
    x = draw.normal(2, 3)
    return [[x, -draw.number(0.01, 1)], [x, 1 + draw.number(0.01, 1)]]


dropout = Exercise(
    name="dropout",
    asks="Zero each value with probability p, and scale the rest so that the mean stays.",
    difficulty="medium",
    reference=layers.dropout,
    hints=(
        "Make a mask of the shape of x: True where a value is dropped. torch.rand helps.",
        "If a share p is lost, the rest must grow by 1 / (1 - p), so that the mean stays. In "
        "evaluation nothing happens at all. And what if p is 1?",
        "Refuse a bad p; give x back in evaluation; draw torch.rand(x.shape) < p; put zeros there "
        "and divide the rest by 1 - p, unless that is zero.",
    ),
    forbidden=DROPPING,
    instead="torch.rand and torch.bernoulli may be used.",
    cases=(
        Case(
            "the values that are kept",
            lambda d: {"calls": [[_nonzero(d, 8, 4, 9, 7), _low(d)]]},
            probes.dropped, _by(_factors, 1e-3),
        ),
        Case("the share of zeros", _two_shares, probes.dropped, _by(_zeros, 0.08)),
        Case(
            "a draw for every value", lambda d: {"calls": [[_many(d), 0.5]]},
            probes.dropped, _by(_equal_neighbours, 0.08),
        ),
        Case("a draw for every call", _three_calls, probes.dropped, _by(_equal_calls, 0.08)),
        Case("p = 0 and p = 1", _ends, probes.calls),
        values(
            "evaluation", lambda d: arguments(_nonzero(d, 2, 3, 4, 4), 0.4, training=False),
            care=True,
        ),
        Case(
            "gradients", lambda d: arguments(_many(d), _low(d)),
            probes.dropped_gradient, _by(_gradient, 0.08),
        ),
        kinds(lambda d: arguments(d.normal(4, 5), 0.5)),
        untouched(lambda d: arguments(d.normal(4, 5), 0.5)),
        refuses_each("p outside [0, 1]", _outside),
    ),
    misconceptions=mistakes.DROPOUT,
)  # fmt: skip


# ---- Conv2d --------------------------------------------------------------------------------------


def _layer(
    draw: Draw, x: tuple[int, ...], weight: tuple[int, ...], options: list[Any], **keywords: Any
) -> Inputs:
    """Draw numbers for a layer's parameters, and an image to convolve."""
    biased = keywords.get("bias", len(options) < 3 or options[2])
    return {
        **arguments(weight[1], weight[0], weight[2], *options, **keywords),
        "x": draw.normal(*x),
        "weight": draw.normal(*weight),
        "bias": draw.normal(weight[0]) if biased else None,
    }


def _layer_upstream(draw: Draw) -> Inputs:
    inputs = _layer(draw, (2, 3, 7, 6), (4, 3, 3, 3), [2, 1])
    return {**inputs, "upstream": draw.normal(2, 4, 4, 3)}


def _counted(draw: Draw) -> Inputs:
    c, o, k = draw.integer(2, 5), draw.integer(6, 9), draw.integer(2, 5)
    return {"calls": [[c, o, k], [c, o, k, 1, 0, False]]}


def _measured(draw: Draw) -> Inputs:
    """Draw a layer with so many numbers that chance plays no part, and its bound in PyTorch."""
    c, k = draw.choice(((2, 3), (3, 2), (1, 4)))
    return {"args": [c, 30_000, k], "_unit": 1 / math.sqrt(c * k * k)}


def _spreads_alike(expected: Any, got: Any) -> str | None:
    """Judge how numbers are spread, in units of the inputs; or beside a mistake's numbers."""
    if isinstance(expected, Mapping):
        return near(0.05)(_evenly(), _measures(got, expected["_unit"]))
    return near(0.05)(_measures(expected, 1.0), _measures(got, 1.0))


def _measures(twins: Any, unit: float) -> dict[str, float]:
    values = _plain(twins[0]).double().flatten() / unit
    with np.errstate(invalid="ignore"):  # what is infinite measures nan
        low, high = np.quantile(values.numpy(), (0.05, 0.95)).tolist()  # torch's sorts them all
    return {
        "5th percentile": low,
        "95th percentile": high,
        "mean": values.mean().item(),
        "standard deviation": values.std(correction=0).item(),
        "share that a second layer has, too": _share(_plain(twins[0]) == _plain(twins[1])),
    }


def _evenly() -> dict[str, float]:
    """Return how numbers measure that are spread evenly from -1 to 1."""
    return {
        "5th percentile": -0.9,
        "95th percentile": 0.9,
        "mean": 0.0,
        "standard deviation": 1 / math.sqrt(3),
        "share that a second layer has, too": 0.0,
    }


Conv2d = Exercise(
    name="Conv2d",
    asks="Make a layer of conv2d, which owns its weight and bias and begins as PyTorch's does.",
    difficulty="medium",
    reference=layers.Conv2d,
    hints=(
        "A layer is a function with a memory: which numbers must it keep, and which may training "
        "change?",
        "nn.Parameter makes a tensor known to the module. PyTorch draws weight and bias evenly "
        "from -bound to bound, where bound is 1 / sqrt(fan_in): one over the root of how many "
        "products make one output pixel.",
        "torch.empty(out, in, k, k).uniform_(-bound, bound) in an nn.Parameter, the bias likewise, "
        "or None; keep stride and padding; forward calls conv2d with all of them.",
    ),
    forbidden=CONVOLUTION_LAYERS,
    instead="Your own conv2d, or F.conv2d, may be used in forward; torch.rand for the weights.",
    cases=(
        Case("forward", lambda d: _layer(d, (2, 3, 9, 7), (4, 3, 3, 3), []), probes.layer_output),
        Case(
            "stride and padding",
            lambda d: _layer(d, (1, 2, 9, 8), (5, 2, 4, 4), [], stride=2, padding=1),
            probes.layer_output,
        ),
        Case(
            "no bias", lambda d: _layer(d, (2, 1, 6, 7), (2, 1, 3, 3), [3, 2, False]),
            probes.layer_output,
        ),
        Case("gradients", _layer_upstream, probes.layer_gradients),
        Case("sizes of the parameters", _counted, probes.parameter_counts, care=True),
        Case(
            "the first weights, in units of PyTorch's bound", _measured, probes.first_weights,
            _spreads_alike, care=True, expect=lambda inputs: inputs,
        ),
        Case(
            "the first biases, in units of PyTorch's bound", _measured, probes.first_biases,
            _spreads_alike, care=True, expect=lambda inputs: inputs,
        ),
    ),
    misconceptions=mistakes.CONV2D_LAYER,
)  # fmt: skip
