"""How lesson 4 is tried: optimizers step, models learn, and what they become is returned.

Models, optimizers and loaders are built here, from plain tensors, and taken apart here again.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from autograder.probes import Inputs, UnusableError

FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
BATCH = 500  # images at a time where many are read


# ---- optimizers ----------------------------------------------------------------------------------


def _leaves(tensors: list[Tensor]) -> list[Tensor]:
    return [tensor.clone().requires_grad_() for tensor in tensors]


def _optimizer(kind: Any, leaves: list[Tensor], inputs: Inputs) -> Any:
    """Hand the parameters over in a list, or one by one, as `model.parameters()` does."""
    params = (leaf for leaf in leaves) if inputs.get("generator") else leaves
    return kind(params, **inputs["settings"])


def _moved(leaves: list[Tensor], inputs: Inputs) -> list[Tensor]:
    """Say how far each parameter has come, in units of the scale: small steps are seen, too."""
    pairs = zip(leaves, inputs["params"], strict=True)
    return [(leaf.detach() - start) * inputs.get("scale", 1.0) for leaf, start in pairs]


def steps(kind: Any, inputs: Inputs) -> list[list[Tensor]]:
    """Take a step with each of the given gradients; return how far that led, after each."""
    leaves = _leaves(inputs["params"])
    optimizer = _optimizer(kind, leaves, inputs)
    path = []
    for gradients in inputs["gradients"]:
        for leaf, gradient in zip(leaves, gradients, strict=True):
            leaf.grad = None if gradient is None else gradient.clone()
        optimizer.step()
        path.append(_moved(leaves, inputs))
    return path


def descents(kind: Any, inputs: Inputs) -> list[list[Tensor]]:
    """Go down the bowl (p - target)² by zero_grad, backward and step, as training does."""
    leaves = _leaves(inputs["params"])
    optimizer = _optimizer(kind, leaves, inputs)
    path = []
    for _ in range(inputs["times"]):
        optimizer.zero_grad()
        pairs = zip(leaves, inputs["targets"], strict=True)
        sum(((leaf - target) ** 2).sum() for leaf, target in pairs).backward()
        optimizer.step()
        path.append(_moved(leaves, inputs))
    return path


def forgotten(kind: Any, inputs: Inputs) -> list[float]:
    """Take a step, then zero_grad; return the largest gradient that is left in each parameter."""
    leaves = _leaves(inputs["params"])
    optimizer = _optimizer(kind, leaves, inputs)
    for leaf, gradient in zip(leaves, inputs["gradients"][0], strict=True):
        leaf.grad = gradient.clone()
    optimizer.step()
    optimizer.zero_grad()
    return [0.0 if leaf.grad is None else float(leaf.grad.abs().max()) for leaf in leaves]


def gradients_after(kind: Any, inputs: Inputs) -> list[Tensor | None]:
    """Take two steps with the same gradients; return what the gradients are then."""
    leaves = _leaves(inputs["params"])
    optimizer = _optimizer(kind, leaves, inputs)
    for leaf, gradient in zip(leaves, inputs["gradients"][0], strict=True):
        leaf.grad = gradient.clone()
    optimizer.step()
    optimizer.step()
    return [leaf.grad for leaf in leaves]


# ---- models --------------------------------------------------------------------------------------


class Watcher(nn.Module):
    """Passes everything on, and notes in which mode and on which device it did."""

    def __init__(self, note: Callable[[bool, Tensor], None]) -> None:
        super().__init__()
        self.note = note

    def forward(self, x: Tensor) -> Tensor:
        """Return x."""
        self.note(self.training, x)
        return x


def network(
    inputs: Inputs, note: Callable[[bool, Tensor], None] = lambda *_: None
) -> nn.Sequential:
    """Build a small classifier from its weights, with batch norm: modes make a difference."""
    first, last, bias = inputs["weights"]
    model = nn.Sequential(
        Watcher(note),
        nn.Flatten(),
        nn.Linear(first.shape[1], first.shape[0], bias=False),
        nn.BatchNorm1d(first.shape[0]),
        nn.Tanh(),
        nn.Linear(last.shape[1], last.shape[0]),
    )
    given = {"2.weight": first, "5.weight": last, "5.bias": bias}
    model.load_state_dict({**model.state_dict(), **given})
    return model


def weights_of(model: nn.Module) -> dict[str, Tensor]:
    """Return all that a model has learned, running averages included."""
    return {name: value.detach().cpu() for name, value in model.state_dict().items()}


def trained_steps(train_step: Any, inputs: Inputs) -> dict[str, Any]:
    """Let it take a step on each batch; return every loss, and the weights at the end."""
    model = network(inputs)
    optimizer = torch.optim.SGD(model.parameters(), inputs["lr"])
    losses = [train_step(model, optimizer, x, y) for x, y in inputs["batches"]]
    return {"losses": losses, "weights": weights_of(model)}


class Plain:
    """An optimizer that can do what this course asks of one, and no more."""

    def __init__(self, params: Iterator[nn.Parameter], lr: float) -> None:
        self.params, self.lr = list(params), lr

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter."""
        for p in self.params:
            if p.grad is not None:
                p.sub_(self.lr * p.grad)

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for p in self.params:
            p.grad = None


def plain_steps(train_step: Any, inputs: Inputs) -> dict[str, Any]:
    """Do as `trained_steps` does, with an optimizer that has only step() and zero_grad()."""
    model = network(inputs)
    optimizer = Plain(model.parameters(), inputs["lr"])
    losses = [train_step(model, optimizer, x, y) for x, y in inputs["batches"]]
    return {"losses": losses, "weights": weights_of(model)}


def batches_after(train_step: Any, inputs: Inputs) -> Any:
    """Take a step on each batch; return the batches as they are then."""
    trained_steps(train_step, inputs)
    return inputs["batches"]


def one_loss(train_step: Any, inputs: Inputs) -> Any:
    """Return what one step returns."""
    return trained_steps(train_step, inputs)["losses"][0]


# ---- fit -----------------------------------------------------------------------------------------


def _loader(pair: tuple[Tensor, Tensor], batch_size: int) -> Any:
    return DataLoader(TensorDataset(*pair), batch_size=batch_size)


def _history(fit: Any, model: nn.Module, inputs: Inputs) -> list[dict[str, Any]]:
    loaders = (_loader(inputs[part], inputs["batch_size"]) for part in ("train", "val"))
    history = fit(model, *loaders, inputs["epochs"], inputs["lr"], **inputs["options"])
    if not isinstance(history, list | tuple) or not all(isinstance(e, dict) for e in history):
        raise UnusableError("a list was expected, with a dict for each epoch")
    for epoch in history:
        if missing := [name for name in FIGURES if name not in epoch]:
            raise UnusableError(f"an epoch has no {missing[0]}, but only {list(epoch)}")
    return [{name: epoch[name] for name in FIGURES} for epoch in history]


def fitted(fit: Any, inputs: Inputs) -> dict[str, Any]:
    """Fit; return the history, and what the model has become."""
    model = network(inputs)
    history = _history(fit, model, inputs)
    return {"history": history, "weights": weights_of(model)}


def history(fit: Any, inputs: Inputs) -> list[dict[str, Any]]:
    """Fit; return the history."""
    return _history(fit, network(inputs), inputs)


def modes(fit: Any, inputs: Inputs) -> dict[str, bool]:
    """Fit a model that comes in evaluation mode; return in which mode it saw which images.

    Validation images are known by their first pixel, which is -1.
    """
    learning, judging = [], []

    def note(training: bool, x: Tensor) -> None:
        if (x[:, 0, 0, 0] < 0).all():
            judging.append(training)
        elif torch.is_grad_enabled():
            learning.append(training)

    model = network(inputs, note).eval()
    _history(fit, model, inputs)
    return {
        "it learns in training mode": bool(learning) and all(learning),
        "it validates in evaluation mode": bool(judging) and not any(judging),
    }


class SeenError(Exception):
    """The model was called, and all that was to be known is known."""


def devices(fit: Any, inputs: Inputs) -> list[str]:
    """Fit on a device that holds no numbers; return where the first batch and the weights were."""
    where: list[str] = []

    def note(_: bool, x: Tensor) -> None:
        where.extend((x.device.type, next(model.parameters()).device.type))
        raise SeenError

    model = network(inputs, note)
    with suppress(SeenError):
        _history(fit, model, inputs)
    return where


# ---- a whole training ----------------------------------------------------------------------------


@torch.no_grad()
def _logits(model: nn.Module, images: Tensor) -> Tensor:
    return torch.cat([model(part) for part in images.split(BATCH)])


def examined(train: Any, inputs: Inputs) -> dict[str, Any]:
    """Train once; return the logits of the exam's images, and how well known images are read.

    Known images are also shown in other ranges than [0, 1], for what a model wants to be shown
    says what it was trained on.
    """
    images, labels = inputs["train_images"], inputs["train_labels"]
    model = train(images, labels, seed=inputs["seed"])
    if not isinstance(model, nn.Module):
        raise UnusableError(f"a model was expected, but a {type(model).__name__} came")
    model.cpu().eval()
    some, truth = images[:BATCH], labels[:BATCH]
    ranges = {
        "in [0, 1]": some,
        "normalized": (some - images.mean()) / images.std(),
        "up to 255": some * 255,
    }
    known = {
        name: float((_logits(model, x).argmax(dim=1) == truth).float().mean())
        for name, x in ranges.items()
    }
    return {"logits": _logits(model, inputs["images"]), "known": known}
