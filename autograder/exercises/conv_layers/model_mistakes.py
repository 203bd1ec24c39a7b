"""Lesson 3: how people get networks, and the counting of their parameters, wrong."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from autograder.exercise import Misconception
from mnist_course.model import DigitCNN

# ---- count_parameters ----------------------------------------------------------------------------


def _count_tensors(model: nn.Module) -> int:
    return len(list(model.parameters()))


def _count_weights(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.ndim > 1)


def _count_state(model: nn.Module) -> int:
    """Count running figures as well; what is shared counts once, as it does for parameters."""
    return sum(t.numel() for t in [*model.parameters(), *model.buffers()])


def _count_twice(model: nn.Module) -> int:
    return sum(p.numel() for _, p in model.named_parameters(remove_duplicate=False))


def _count_top(model: nn.Module) -> int:
    return sum(p.numel() for part in model.children() for p in part.parameters(recurse=False))


def _count_rows(model: nn.Module) -> int:
    return sum(len(p) if p.ndim else 1 for p in model.parameters())


COUNT_PARAMETERS = (
    Misconception("tensors-counted", "You count the tensors, not the numbers in them.",
                  _count_tensors, next="a tensor knows how many numbers it holds: numel()."),
    Misconception("biases-left-out", "Biases are parameters, too.", _count_weights,
                  next="model.parameters() gives all of them."),
    Misconception(
        "buffers-counted",
        "You count the running figures of batch norm, which no gradient changes.",
        _count_state,
        next="state_dict holds more than parameters() does.",
    ),
    Misconception(
        "shared-counted-twice",
        "A weight that two layers share is counted twice.",
        _count_twice,
        next="model.parameters() gives each parameter once, however many layers share it.",
    ),
    Misconception(
        "top-level-only",
        "What lies deeper in the model, in a block of blocks, is not counted.",
        _count_top,
        next="model.parameters() goes all the way down.",
    ),
    Misconception("rows-counted", "len() counts only the rows of a tensor.", _count_rows,
                  next="a tensor knows how many numbers it holds: numel()."),
)  # fmt: skip


# ---- DigitCNN ------------------------------------------------------------------------------------

SHAPES, REACHED = "shapes, in evaluation and in training", "every parameter gets a gradient"
OUTPUTS, CONVOLUTIONS, BUDGET = (
    "outputs for images",
    "two convolutions",
    "at most 150,000 parameters",
)
LIMIT = 150_000


def _ending(*end: nn.Module) -> Callable[[], nn.Module]:
    return lambda: nn.Sequential(DigitCNN(), *end)


def _large() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 3), nn.ReLU(), nn.Conv2d(8, 16, 3), nn.ReLU(),
        nn.Flatten(), nn.Linear(16 * 24 * 24, 32), nn.ReLU(), nn.Linear(32, 10),
    )  # fmt: skip


def _one_convolution() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(1152, 10)
    )


class _Unused(DigitCNN):
    def __init__(self) -> None:
        super().__init__()
        self.more = nn.Linear(10, 10)


class _InAList(nn.Module):
    """Keep the layers where the module does not see them."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = list(DigitCNN().layers)

    def forward(self, x: Tensor) -> Tensor:
        for part in self.parts:
            x = part(x)
        return x


def _sums_to_one(out: Tensor) -> bool:
    return bool((out >= 0).all()) and bool(((out.sum(dim=1) - 1).abs() < 1e-3).all())


def _is_softmax(seen: Mapping[str, Any]) -> bool:
    return any(_sums_to_one(out) for out in seen[OUTPUTS])


def _is_log_softmax(seen: Mapping[str, Any]) -> bool:
    return any(_sums_to_one(out.exp()) for out in seen[OUTPUTS])


def _is_sigmoid(seen: Mapping[str, Any]) -> bool:
    squashed = any(bool(((out > 0) & (out < 1)).all()) for out in seen[OUTPUTS])
    return squashed and not _is_softmax(seen)


DIGIT_CNN = (
    Misconception(
        "softmax-inside",
        "The network ends in a softmax, and cross-entropy takes one itself: twice is too often.",
        _ending(nn.Softmax(dim=1)),
        next="return what the last linear layer gives: logits.",
        symptom=_is_softmax,
    ),
    Misconception(
        "log-softmax-inside",
        "The network ends in log_softmax, which is a part of cross-entropy already.",
        _ending(nn.LogSoftmax(dim=1)),
        next="return what the last linear layer gives: logits.",
        symptom=_is_log_softmax,
    ),
    Misconception(
        "sigmoid-inside",
        "All outputs lie between 0 and 1: logits are not squashed.",
        _ending(nn.Sigmoid()),
        next="return what the last linear layer gives: logits.",
        symptom=_is_sigmoid,
    ),
    Misconception(
        "layers-in-a-list",
        "The layers stand in a Python list, where the module does not see them.",
        _InAList,
        next="nn.Sequential or nn.ModuleList makes them known: see list(model.parameters()).",
        symptom=lambda seen: seen[BUDGET] == 0,
    ),
    Misconception(
        "too-large",
        "The network has too many parameters, most of them likely in the first linear layer.",
        _large,
        next="pool before you flatten: it quarters what the linear layer has to weigh.",
        symptom=lambda seen: seen[BUDGET] > LIMIT,
    ),
    Misconception(
        "one-convolution",
        "There are fewer than two convolutions, or the module does not know of them: layers in a "
        "plain list are not found.",
        _one_convolution,
        next="a second convolution combines the strokes that the first one finds.",
        symptom=lambda seen: seen[CONVOLUTIONS] < 2,
    ),
    Misconception(
        "layer-left-out",
        "A layer is made in __init__, but forward does not use it.",
        _Unused,
        next="the check names the parameters that no gradient reached.",
        symptom=lambda seen: bool(seen[REACHED]["without"]),
    ),
)
