"""Lesson 3: networks, and the counting of their parameters."""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.compare import numbers
from autograder.draw import Draw
from autograder.exams import centred_digits, secret_labels
from autograder.exercise import Case, Exercise, Judge
from autograder.exercises.conv_layers import model_mistakes as mistakes
from autograder.exercises.conv_layers.model_mistakes import (
    BUDGET,
    CONVOLUTIONS,
    LIMIT,
    OUTPUTS,
    REACHED,
    SHAPES,
)  # fmt: skip
from autograder.probes import Inputs
from autograder.probes import conv_layers as probes
from mnist_course import model

# ---- count_parameters ----------------------------------------------------------------------------


def _models(name: str, parts: Callable[[Draw], list[Any]], care: bool = False) -> Case:
    return Case(name, lambda draw: {"model": parts(draw)}, probes.count_of_model, care=care)


def _small(d: Draw) -> int:
    return d.integer(3, 40)


count_parameters = Exercise(
    name="count_parameters",
    asks="Count the numbers in a model that training may change.",
    difficulty="easy",
    reference=model.count_parameters,
    hints=(
        "A model knows its parameters: list(model.parameters()).",
        "Each parameter is a tensor of many numbers; its shape says how many.",
        "Sum p.numel() over model.parameters().",
    ),
    cases=(
        _models("a linear layer", lambda d: [["linear", _small(d), _small(d)]]),
        _models(
            "a small network",
            lambda d: [["conv", 1, _small(d), _small(d)], ["relu"], ["linear", _small(d), 10]],
        ),
        _models(
            "batch norm, whose running figures are no parameters",
            lambda d: [["conv", 2, 6, _small(d)], ["norm", 6], ["linear", _small(d), _small(d)]],
        ),
        _models(
            "blocks inside blocks",
            lambda d: [
                ["inside", ["inside", ["linear", _small(d), _small(d)]], ["scale", 3]],
                ["linear", 2, _small(d)],
            ],
        ),
        _models("a weight that two layers share", lambda d: 2 * [["tied", _small(d)]]),
        _models("a model of nothing but relu", lambda _: [["relu"]], care=True),
    ),
    misconceptions=mistakes.COUNT_PARAMETERS,
)  # fmt: skip


# ---- DigitCNN ------------------------------------------------------------------------------------


def _batch(draw: Draw) -> Inputs:
    return {"images": draw.images(48), "labels": draw.labels(48)}


def _all_reached(_: Any, got: Any) -> str | None:
    if got["without"]:
        return f"no gradient reaches {', '.join(map(str, got['without'][:4]))}"
    return None if got["any"] else "no gradient reaches any parameter: nothing would learn"


def _training(draw: Draw) -> Inputs:
    """Easy digits and few steps: honest networks of many kinds were seen to pass."""
    rounds = {"steps": 600, "last_steps": 40, "batch_size": 32, "lr": 3e-3, "enough": 0.4}
    return {**centred_digits(draw), **rounds}


def _bounded(what: str, least: float = 0, most: float = math.inf) -> Judge:
    def judge(_: Any, got: Any) -> str | None:
        came = numbers(got)
        right = came is not None and came.ndim == 0 and least <= came <= most
        return None if right else f"{what} were expected, {got} came"

    return judge


def _are_logits(_: Any, got: Any) -> str | None:
    if not isinstance(got, list) or len(got) != 2:
        return "logits were expected, in evaluation and in training"
    return next(filter(None, (_no_logits(torch.as_tensor(numbers(out))) for out in got)), None)


def _no_logits(out: Tensor) -> str | None:
    for name, shares in (("probabilities", out), ("logarithms of probabilities", out.exp())):
        if bool((shares >= 0).all()) and bool(((shares.sum(dim=1) - 1).abs() < 1e-3).all()):
            return f"logits were expected, {name} came: each row sums to 1 as they do"
    squashed = bool(((out > 0) & (out < 1)).all())
    return "logits were expected, but all outputs lie between 0 and 1" if squashed else None


def _loss_below(most: float) -> Judge:
    def judge(labels: Any, got: Any) -> str | None:
        logits = torch.as_tensor(numbers(got))
        if logits.shape != (len(labels), 10):
            return f"logits of shape ({len(labels)}, 10) were expected"
        loss = F.cross_entropy(logits, labels).item()
        high = f"after its training the cross-entropy is {loss:.2f}; below {most:g} is asked for"
        return None if loss < most else high

    return judge


DigitCNN = Exercise(
    name="DigitCNN",
    asks="Build a network of at least two convolutions that turns images into ten logits.",
    difficulty="medium",
    reference=model.DigitCNN,
    hints=(
        "Follow one image through the layers, and write its shape behind each.",
        "Convolve, relu, pool, and again; then flatten, and let one linear layer weigh what is "
        "left. It needs to know how many numbers that is: conv_output_size says so.",
        "nn.Sequential with two of (convolution, nn.ReLU, nn.MaxPool2d), nn.Flatten and nn.Linear; "
        "forward returns what it gives, without a softmax.",
    ),
    cases=(
        Case(
            REACHED, _batch, probes.gradients_of_network, _all_reached, limit=10, care=True,
            expect=lambda _: None,
        ),
        Case(
            SHAPES, lambda d: {"batches": [d.images(n) for n in (1, 2, 7)]},
            probes.shapes_of_network, care=True, limit=10,
            expect=lambda _: [[1, 10], [2, 10], [7, 10], [2, 10], [7, 10]],
        ),
        Case(
            CONVOLUTIONS, lambda _: {"of": "convolutions"}, probes.size_of_network,
            _bounded("two convolutions at least", least=2), care=True,
        ),
        Case(
            BUDGET, lambda _: {"of": "parameters"}, probes.size_of_network,
            _bounded("1 to 150,000 parameters", least=1, most=LIMIT), care=True,
        ),
        Case(OUTPUTS, lambda d: {"images": d.images(32)}, probes.outputs_of_network, _are_logits,
             care=True),
        Case(
            "its own training lowers the cross-entropy", _training, probes.trained_outputs,
            _loss_below(1.0), points=3, expect=secret_labels, limit=30,
        ),
    ),
    misconceptions=mistakes.DIGIT_CNN,
)  # fmt: skip
