"""Lesson 4, continued: the optimizers."""

from collections.abc import Mapping
from typing import Any

from autograder.cases import refuses
from autograder.compare import near
from autograder.draw import Draw
from autograder.exercise import Case, Exercise
from autograder.exercises.training import optimizers_mistakes as mistakes
from autograder.exercises.training.optimizers_mistakes import MOMENTUM, NEVER
from autograder.probes import Inputs, arguments
from autograder.probes import training as probes
from mnist_course import training

CLOSE = near(2e-3)  # several steps of float32, in whichever order they were computed

OPTIMIZERS = (
    "Optimizer", "SGD", "ASGD", "sgd", "Adam*", "[NR]Adam", "SparseAdam", "adam*", "nadam", "radam",
    "RMSprop", "rmsprop", "Adagrad", "Adadelta", "Rprop", "Muon", "_fused_*", "_multi_tensor_*",
    "_single_tensor_*", "_fused_sgd*", "_fused_adam*",
)  # fmt: skip


def _stepping(draw: Draw, times: int, scale: float = 1.0, **settings: Any) -> Inputs:
    """Draw parameters, so small that float32 shows small steps, and gradients for every step."""
    shapes = ((3, 4), (4,), ())
    return {
        "params": [_of_shape(draw, *shape) / 10 for shape in shapes],
        "gradients": [[_of_shape(draw, *shape) for shape in shapes] for _ in range(times)],
        "settings": settings,
        "scale": scale,
    }


def _of_shape(draw: Draw, *shape: int) -> Any:
    """Draw numbers between 0.2 and 1.5, of either sign: none of them is nearly zero."""
    return draw.uniform(*shape, 1, low=0.2, high=1.5)[..., 0] * (
        2 * (draw.uniform(*shape, 1)[..., 0] > 0.5) - 1
    )


def _without_one(draw: Draw, **settings: Any) -> Inputs:
    """Let one parameter have a gradient always, one in the first step only, and one never."""
    inputs = _stepping(draw, 3, **settings)
    (one, two, _), *rest = inputs["gradients"]
    return {**inputs, "gradients": [[one, two, None], *([g, None, None] for g, *_ in rest)]}


def _bowl(draw: Draw, scale: float = 1.0, **settings: Any) -> Inputs:
    inputs = _stepping(draw, 1, scale, **settings)
    return {**inputs, "targets": inputs["gradients"][0], "times": 4}


def _no_gradients(inputs: Inputs) -> list[float]:
    return [0.0 for _ in inputs["params"]]


def _gradients_given(inputs: Inputs) -> Any:
    return inputs["gradients"][0]


SGD = Exercise(
    name="SGD",
    asks="Move every parameter against its gradient, with momentum.",
    difficulty="medium",
    reference=training.SGD,
    hints=(
        "Without momentum it is one line for each parameter: p minus lr times its gradient.",
        "Momentum keeps a velocity for each parameter, zero at first. Each step makes it momentum "
        "times what it was, plus the whole new gradient; then the parameter moves by it.",
        "In step: for each p with a gradient, velocity.mul_(momentum).add_(p.grad), then "
        "p.sub_(lr * velocity): the underscore changes the tensor itself. All of it under no_grad.",
    ),
    forbidden=OPTIMIZERS,
    instead="torch.zeros_like and arithmetic in place are enough.",
    cases=(
        Case("one step", lambda d: _stepping(d, 1, lr=d.number(0.1, 0.5)), probes.steps, CLOSE),
        Case(
            "several steps", lambda d: _stepping(d, 3, lr=d.number(0.1, 0.5)), probes.steps, CLOSE
        ),
        Case(
            MOMENTUM,
            lambda d: _stepping(d, 4, lr=0.2, momentum=d.number(0.6, 0.9)),
            probes.steps,
            CLOSE,
            points=2,
        ),
        Case(
            "parameters that come from a generator",
            lambda d: {**_stepping(d, 3, lr=0.1, momentum=0.5), "generator": True},
            probes.steps,
            CLOSE,
        ),
        Case(NEVER, lambda d: _without_one(d, lr=0.3, momentum=0.5), probes.steps, CLOSE),
        Case(
            "with backward() and zero_grad()",
            lambda d: _bowl(d, lr=0.1, momentum=0.7),
            probes.descents,
            CLOSE,
        ),
        Case(
            "zero_grad() forgets",
            lambda d: _stepping(d, 1, lr=0.1),
            probes.forgotten,
            expect=_no_gradients,
            care=True,
        ),
        Case(
            "step() leaves the gradients alone",
            lambda d: _stepping(d, 1, lr=0.1, momentum=0.5),
            probes.gradients_after,
            expect=_gradients_given,
            care=True,
        ),
        Case("a rate of 0", lambda d: _stepping(d, 2, lr=0.0), probes.steps, CLOSE, care=True),
        refuses("a negative rate", lambda d: arguments([d.normal(2)], -0.1)),
        refuses("a momentum of 1", lambda d: arguments([d.normal(2)], 0.1, 1.0)),
        refuses("a negative momentum", lambda d: arguments([d.normal(2)], 0.1, -0.5)),
    ),
    misconceptions=mistakes.SGD,
)


def _paths(inputs: Inputs) -> dict[str, Any]:
    """PyTorch adds eps to the corrected root, the paper's faster form to the other: both pass."""
    return {
        "pytorch": probes.steps(training.Adam, inputs),
        "paper": probes.steps(mistakes.PaperAdam, inputs),
    }


def _either(expected: Any, got: Any) -> str | None:
    if not isinstance(expected, Mapping):
        return CLOSE(expected, got)
    faults = [CLOSE(path, got) for path in expected.values()]
    return faults[0] if all(faults) else None


Adam = Exercise(
    name="Adam",
    asks="Divide the mean gradient by its usual size, both corrected for their start at zero.",
    difficulty="hard",
    reference=training.Adam,
    hints=(
        "Two running means for each parameter: one of the gradient, one of its square.",
        "A mean that starts at 0 is too small at first. After n steps only 1 - beta**n of it is "
        "there: divide by that. Count the steps of a parameter from 1.",
        "mean = beta1 * mean + (1 - beta1) * g, square = beta2 * square + (1 - beta2) * g**2; "
        "correct both; p moves against lr * mean / (sqrt(square) + eps).",
    ),
    forbidden=OPTIMIZERS,
    instead="torch.zeros_like, lerp_ and arithmetic in place are enough.",
    cases=(
        Case("one step", lambda d: _stepping(d, 1, 1e3), probes.steps, CLOSE),
        Case(
            "several steps, as it comes",
            lambda d: _stepping(d, 5, 1e3),
            probes.steps,
            CLOSE,
            points=2,
        ),
        Case(
            "other settings",
            lambda d: _stepping(d, 5, 10, lr=0.1, betas=(d.number(0.3, 0.5), d.number(0.6, 0.8))),
            probes.steps,
            CLOSE,
        ),
        Case(
            "an eps that counts",
            lambda d: _stepping(d, 4, 10, lr=0.1, betas=(0.8, 0.9), eps=d.number(0.3, 0.5)),
            probes.steps,
            _either,
            expect=_paths,
        ),
        Case(
            "parameters that come from a generator",
            lambda d: {**_stepping(d, 3, 10, lr=0.1), "generator": True},
            probes.steps,
            CLOSE,
        ),
        Case(NEVER, lambda d: _without_one(d, scale=10, lr=0.1), probes.steps, CLOSE),
        Case(
            "with backward() and zero_grad()",
            lambda d: _bowl(d, 10, lr=0.1),
            probes.descents,
            CLOSE,
        ),
        Case(
            "zero_grad() forgets",
            lambda d: _stepping(d, 1),
            probes.forgotten,
            expect=_no_gradients,
            care=True,
        ),
        Case(
            "step() leaves the gradients alone",
            lambda d: _stepping(d, 1),
            probes.gradients_after,
            expect=_gradients_given,
            care=True,
        ),
        Case("a rate of 0", lambda d: _stepping(d, 2, lr=0.0), probes.steps, CLOSE, care=True),
    ),
    misconceptions=mistakes.ADAM,
)
