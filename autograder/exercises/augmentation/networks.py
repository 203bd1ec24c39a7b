"""Lesson 6, continued: the exercises on networks."""

from functools import partial
from typing import Any

import torch

from autograder.cases import gradients, kinds, untouched, values
from autograder.draw import Draw
from autograder.exercise import Case, Exercise, Misconception
from autograder.exercises.augmentation import mistakes
from autograder.probes import Inputs, arguments
from autograder.probes import augmentation as probes
from mnist_course import augmentation, layers

# ---- batch_norm ----------------------------------------------------------------------------------


def _channels(draw: Draw, n: int, c: int, h: int, w: int, training: bool, **more: Any) -> Inputs:
    """Draw channels that differ in mean and size, and figures and weights of their own."""
    x = draw.normal(n, c, h, w) * draw.uniform(1, c, 1, 1, low=0.5, high=3)
    x = x + 2 * draw.normal(1, c, 1, 1)
    weights = [draw.uniform(c, low=0.5, high=2), draw.normal(c)]
    figures = [draw.normal(c), draw.uniform(c, low=0.5, high=3)]
    return arguments(x, *weights, *figures, training, **more)


def _with_upstream(draw: Draw, training: bool) -> Inputs:
    return {**_channels(draw, 3, 2, 4, 3, training), "upstream": draw.normal(3, 2, 4, 3)}


def _batches(draw: Draw, **more: Any) -> Inputs:
    inputs = _channels(draw, 3, 2, 2, 3, True, **more)
    return {**inputs, "batches": [1 + 2 * draw.normal(3, 2, 2, 3) for _ in range(2)]}


def _first_three(inputs: Inputs) -> Any:
    return inputs["args"][:3]


batch_norm = Exercise(
    name="batch_norm",
    asks="Give every channel mean 0 and variance 1, then scale and shift it.",
    difficulty="hard",
    reference=layers.batch_norm,
    hints=(
        "One channel first: all its values, over the batch and all places, have one mean and one "
        "variance.",
        "In training the batch is measured, in evaluation the running figures are used. Torch "
        "normalises by the variance over n; the running variance takes the one over n - 1.",
        "running = (1 - momentum) * running + momentum * batch, in place: mul_ and add_, or lerp_, "
        "under torch.no_grad(). The output: (x - mean) / (var + eps).sqrt() * weight + bias.",
    ),
    forbidden=(
        "*batch_norm*", "*BatchNorm*", "*instance_norm*", "*InstanceNorm*", "*layer_norm*",
        "*LayerNorm*", "*group_norm*", "*GroupNorm*",
    ),
    instead="mean, var, sqrt and arithmetic may be used.",
    cases=(
        values("training", lambda d: _channels(d, 4, 3, 5, 2, True), points=2),
        values("one image, in training", lambda d: _channels(d, 1, 2, 4, 3, True)),
        values("a large eps, in training", lambda d: _channels(d, 2, 3, 3, 3, True, eps=0.5)),
        Case("running figures", _batches, probe=probes.running_figures),
        Case("running figures, another momentum",
             lambda d: _batches(d, momentum=d.number(0.6, 0.9)), probe=probes.running_figures),
        values("evaluation", lambda d: _channels(d, 2, 3, 4, 4, False, eps=d.number(0.1, 0.5))),
        gradients(partial(_with_upstream, training=True), of=(0, 1, 2), name="gradients"),
        kinds(lambda d: _channels(d, 2, 3, 4, 4, True)),
        untouched(lambda d: _channels(d, 2, 3, 4, 4, False), name="evaluation changes nothing"),
        untouched(lambda d: _channels(d, 2, 3, 4, 4, True), name="x, weight and bias stay",
                  probe=probes.first_arguments_after, expect=_first_three),
    ),
    misconceptions=(
        Misconception(
            "normalised-with-unbiased", "It normalises by the variance over n - 1; torch takes the "
            "one over n there, and n - 1 only for the running variance.",
            partial(mistakes.norm, correction=1), next="var(..., correction=0).",
        ),
        Misconception(
            "running-variance-biased", "The running variance moves towards the variance over n; it "
            "should be the one over n - 1.", partial(mistakes.norm, running_correction=0),
            next="only the running variance is unbiased.",
        ),
        Misconception(
            "momentum-reversed", "The running figures keep the share momentum of the old value. In "
            "PyTorch momentum is the share of the new one.", mistakes.norm_momentum_reversed,
            next="with momentum 0.1 a tenth of the batch's mean comes in.",
        ),
        Misconception(
            "running-figures-unmoved", "The running figures are as they were: `running_mean = ...` "
            "names a new tensor and leaves the caller's alone.",
            partial(mistakes.norm, updated=False), next="mul_, add_, lerp_ work in place.",
        ),
        Misconception(
            "measures-in-evaluation", "In evaluation it still measures the batch.",
            partial(mistakes.norm, measured=True), next="there, use the running figures.",
        ),
        Misconception(
            "running-figures-in-training", "In training it normalises by the running figures.",
            partial(mistakes.norm, measured=False), next="there, use mean and variance of x.",
        ),
        Misconception(
            "each-image-by-itself", "Mean and variance are taken image by image; that is instance "
            "norm.", partial(mistakes.norm, dims=(2, 3)), next="the batch belongs to it.",
        ),
        Misconception(
            "eps-outside-the-root", "eps is added to the deviation; it belongs under the root.",
            partial(mistakes.norm, outside=True), next="(var + eps).sqrt().",
        ),
        Misconception(
            "statistics-detached", "The gradient does not flow through mean and variance of the "
            "batch.", partial(mistakes.norm, detached=True),
            next="only the running figures are updated without gradients.",
        ),
    ),
)  # fmt: skip


# ---- learning_rate_sweep -------------------------------------------------------------------------


def _training(draw: Draw, batches: int, rates: list[float]) -> Inputs:
    features, hidden, classes = 12, 8, 3
    shapes = {"1.weight": (hidden, features), "1.bias": (hidden,)}
    shapes |= {"3.weight": (classes, hidden), "3.bias": (classes,)}
    return {
        "sizes": (features, hidden, classes),
        "weights": {name: 0.4 * draw.normal(*shape) for name, shape in shapes.items()},
        "batches": [(draw.normal(6, 1, 3, 4), draw.labels(6, classes)) for _ in range(batches)],
        "rates": rates,
    }


def _rates(draw: Draw) -> list[float]:
    return [draw.number(low, 2 * low) for low in (1e-1, 1e-3, 1e-2)]


learning_rate_sweep = Exercise(
    name="learning_rate_sweep",
    asks="Train the same first weights at each rate; return the loss at the last batch.",
    difficulty="medium",
    reference=augmentation.learning_rate_sweep,
    hints=(
        "To compare rates, everything else must be equal: the first weights above all.",
        "make_model() draws new weights each time. Make one network, and train a copy of it for "
        "each rate, with an optimizer of its own. The loss is the one that a step begins with.",
        "first = make_model(); for each rate: copy.deepcopy(first), Adam, train_step on every "
        "batch; keep the last loss, or math.inf where math.isfinite says no.",
    ),
    cases=(
        Case("three rates", lambda d: _training(d, 4, _rates(d)), probe=probes.sweep, points=2),
        Case("a single batch", lambda d: _training(d, 1, _rates(d)), probe=probes.sweep),
        Case("a rate that blows up", lambda d: _training(d, 4, [1e-2, 1e30]), probe=probes.sweep),
        Case("the same first weights", lambda d: _training(d, 3, [1e-9, 2e-9, 3e-9]),
             probe=probes.sweep_from_anywhere, care=True),
        kinds(lambda d: _training(d, 2, [1e-2, 1e30]), probe=probes.sweep),
    ),
    misconceptions=(
        Misconception(
            "weights-carried-over", "Each rate goes on where the one before has stopped.",
            partial(mistakes.sweep, carried=True), next="every rate needs a fresh copy.",
        ),
        Misconception(
            "other-first-weights", "Each rate begins with other weights, so that luck is compared, "
            "too.", mistakes.sweep_from_other_weights, next="call make_model once, and copy.",
        ),
        Misconception(
            "mean-of-losses", "It returns the mean over the batches, not the loss at the last one.",
            partial(mistakes.sweep, mean=True), next="the mean still remembers the beginning.",
        ),
        Misconception(
            "first-loss", "It returns the loss at the first batch, where no rate has had a say.",
            partial(mistakes.sweep, first=True), next="keep the last loss.",
        ),
        Misconception(
            "loss-after-the-step", "It measures the last batch once more, after learning from it.",
            partial(mistakes.sweep, after=True), next="return the loss before the step.",
        ),
        Misconception(
            "sgd-for-adam", "The steps are those of SGD; Adam was asked for.",
            partial(mistakes.sweep, optimizer=torch.optim.SGD), next="take Adam.",
        ),
        Misconception(
            "nan-kept", "A training that blew up comes back as NaN, which no comparison can order; "
            "inf was asked for.", partial(mistakes.sweep, kept=True), next="math.isfinite.",
        ),
        Misconception(
            "gradients-accumulated", "The gradients of earlier batches are never forgotten.",
            partial(mistakes.sweep, accumulated=True), next="zero_grad, before each backward.",
        ),
    ),
)  # fmt: skip
