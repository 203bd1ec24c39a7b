"""Lesson 4: how people get optimizers wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Misconception
from mnist_course import training
from mnist_course.training import Descent

NEVER = "a parameter without a gradient"
MOMENTUM = "momentum"


class Twisted(Descent):
    """An optimizer that is nearly right: `moves` says by what it steps."""

    def __init__(self, moves: Callable[..., Tensor], params: Iterable[Tensor], **settings: Any):
        shares = (settings.get("momentum", 0.0), *settings.get("betas", ()))
        super().__init__(params, settings.get("lr", 1e-3), *shares)
        self.moves, self.settings = moves, settings
        self.memory: list[dict[str, Any]] = [{} for _ in self.params]
        self.taken = 0

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter."""
        for p, memory in zip(self.params, self.memory, strict=True):
            if p.grad is not None:
                self.taken += 1
                memory["count"] = memory.get("count", 0) + 1
                memory["taken"] = self.taken
                p.sub_(self.lr * self.moves(p.grad, memory, **self.settings))


def sgd(moves: Callable[..., Tensor]) -> Callable[..., Twisted]:
    """Make an optimizer with SGD's signature."""

    def make(params: Iterable[Tensor], lr: float, momentum: float = 0.0) -> Twisted:
        return Twisted(moves, params, lr=lr, momentum=momentum)

    return make


def climbs(grad: Tensor, memory: dict[str, Any], momentum: float, **_: Any) -> Tensor:
    """Go up."""
    return -_velocity(grad, memory, momentum)


def forgets(grad: Tensor, _memory: dict[str, Any], **_: Any) -> Tensor:
    """Have no momentum."""
    return grad


def dampened(grad: Tensor, memory: dict[str, Any], momentum: float, **_: Any) -> Tensor:
    """Weigh the new gradient with what momentum leaves."""
    return _velocity((1 - momentum) * grad, memory, momentum)


def nesterov(grad: Tensor, memory: dict[str, Any], momentum: float, **_: Any) -> Tensor:
    """Look ahead."""
    return grad + momentum * _velocity(grad, memory, momentum)


def remembers_one(grad: Tensor, memory: dict[str, Any], momentum: float, **_: Any) -> Tensor:
    """Add the last gradient only."""
    before: Tensor = memory.get("grad", torch.zeros_like(grad))
    memory["grad"] = grad.clone()
    return grad + momentum * before


def _velocity(grad: Tensor, memory: dict[str, Any], momentum: float) -> Tensor:
    memory["v"] = momentum * memory.get("v", torch.zeros_like(grad)) + grad
    velocity: Tensor = memory["v"]
    return velocity


def adam(
    first: bool = True, second: bool = True, corrected: bool = True, root: float = 0.5,
    swapped: bool = False, inside: bool = False, counts: str = "count", sign: int = 1,
) -> Callable[..., Twisted]:  # fmt: skip
    """Make an Adam that lacks something."""

    def moves(
        grad: Tensor, memory: dict[str, Any], betas: Sequence[float], eps: float, **_: Any
    ) -> Tensor:
        one, two = reversed(betas) if swapped else betas
        memory["m"] = one * memory.get("m", 0) + (1 - one) * grad
        memory["s"] = two * memory.get("s", 0) + (1 - two) * grad**2
        n = memory[counts]
        mean: Tensor = memory["m"] / (1 - one**n if corrected else 1) if first else grad
        square: Tensor = memory["s"] / (1 - two**n if corrected else 1)
        if not second:
            return mean
        size: Tensor = (square + eps) ** root if inside else square**root + eps
        return sign * mean / size

    def make(
        params: Iterable[Tensor], lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8,
    ) -> Twisted:  # fmt: skip
        return Twisted(moves, params, lr=lr, betas=betas, eps=eps)

    return make


class PaperAdam(training.Adam):
    """No mistake: the paper's faster form, which corrects the rate in place of the means."""

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        one, two = self.betas
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.steps[i] += 1
                self.means[i].lerp_(p.grad, 1 - one)
                self.squares[i].lerp_(p.grad**2, 1 - two)
                rate = self.lr * (1 - two ** self.steps[i]) ** 0.5 / (1 - one ** self.steps[i])
                p.sub_(rate * self.means[i] / (self.squares[i].sqrt() + self.eps))


class StaleSGD(training.SGD):
    """Never forgets a gradient."""

    def zero_grad(self) -> None:
        """Do nothing."""


class StaleAdam(training.Adam):
    """Never forgets a gradient."""

    def zero_grad(self) -> None:
        """Do nothing."""


class MomentarySGD(training.SGD):
    """Gives new numbers a name, and leaves the parameters as they are."""

    @torch.no_grad()
    def step(self) -> None:
        """Move nothing."""


class ExhaustedSGD(training.SGD):
    """Goes through a generator of parameters a second time, and finds it empty."""

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.0) -> None:
        super().__init__(params, lr, momentum)
        if not isinstance(params, list | tuple):
            self.params, self.velocities = [], []


class UnguardedSGD(training.SGD):
    """Takes it that there always is a gradient."""

    def step(self) -> None:
        """Fail where there is none."""
        for p in self.params:
            _ = self.lr * p.grad  # type: ignore[operator]
        super().step()


def _never_stepped(seen: Mapping[str, Any]) -> bool:
    return NEVER not in seen and "one step" in seen and MOMENTUM in seen


SGD = (
    Misconception(
        "gradient-missing-not-foreseen",
        "It works, until a parameter has no gradient: then p.grad is None.",
        UnguardedSGD,
        next="leave out the parameters whose grad is None.",
        symptom=_never_stepped,
    ),
    Misconception(
        "climbs",
        "It walks up the hill: the gradient points to where the loss grows.",
        sgd(climbs),
        next="look at the sign in front of lr.",
    ),
    Misconception(
        "nothing-moves",
        "The parameters are as they were: `p = p - ...` makes a new tensor, and the model "
        "keeps the old one.",
        MomentarySGD,
        next="change p itself: p.sub_(...) or p -= ..., under torch.no_grad().",
    ),
    Misconception(
        "momentum-forgotten",
        "It steps by the bare gradient, whatever the momentum.",
        sgd(forgets),
        next="the velocity must outlive the step: keep it in self.",
    ),
    Misconception(
        "momentum-dampened",
        "The new gradient is weighed by 1 - momentum. PyTorch adds all of it.",
        sgd(dampened),
        next="velocity = momentum * velocity + gradient.",
    ),
    Misconception(
        "momentum-nesterov",
        "This is Nesterov's momentum, which looks a step ahead; asked for is the plain one.",
        sgd(nesterov),
        next="move by the velocity itself.",
    ),
    Misconception(
        "momentum-of-one-step",
        "Only the gradient of the step before is remembered; a velocity gathers all of them.",
        sgd(remembers_one),
        next="write back the whole velocity, not the gradient.",
    ),
    Misconception(
        "generator-used-up",
        "model.parameters() can be gone through once only: the second loop finds nothing.",
        ExhaustedSGD,
        next="self.params = list(params), first of all.",
    ),
    Misconception(
        "gradients-stay",
        "zero_grad() leaves the gradients where they are, and backward() adds to them.",
        StaleSGD,
        next="set p.grad to None.",
    ),
)

ADAM = (
    Misconception(
        "no-bias-correction",
        "The running means start at zero and are taken as they are: the first steps are of "
        "the wrong size.",
        adam(corrected=False),
        next="divide each mean by 1 - beta**n; n is 1 in the first step.",
    ),
    Misconception(
        "eps-inside-root",
        "eps is added before the root is drawn; it belongs behind it.",
        adam(inside=True),
        next="sqrt(square) + eps, not sqrt(square + eps).",
    ),
    Misconception(
        "betas-swapped",
        "The first beta is for the mean of the gradient, the second for that of its square.",
        adam(swapped=True),
        next="beta1, beta2 = betas: where is each of them used?",
    ),
    Misconception(
        "no-square-root",
        "It divides by the mean square itself, and not by its root.",
        adam(root=1),
        next="a gradient ten times as large should make a step of the same size.",
    ),
    Misconception(
        "first-moment-only",
        "This is momentum only: nothing divides by the usual size of the gradient.",
        adam(second=False),
        next="keep a second mean, of the squared gradient.",
    ),
    Misconception(
        "second-moment-only",
        "It steps by the bare gradient over its usual size (that is RMSprop); the mean "
        "gradient is missing.",
        adam(first=False),
        next="the numerator is the corrected mean of the gradients.",
    ),
    Misconception(
        "counts-parameters",
        "The step count goes up at every parameter, so that the second one believes it is at "
        "step 2.",
        adam(counts="taken"),
        next="count once a step, or count for each parameter on its own.",
    ),
    Misconception(
        "climbs",
        "It walks up the hill: the gradient points to where the loss grows.",
        adam(sign=-1),
        next="look at the sign in front of lr.",
    ),
    Misconception(
        "gradients-stay",
        "zero_grad() leaves the gradients where they are, and backward() adds to them.",
        StaleAdam,
        next="set p.grad to None.",
    ),
)
