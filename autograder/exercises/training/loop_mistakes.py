"""Lesson 4: how people get the loop wrong."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from autograder.exercise import Misconception
from mnist_course import training
from mnist_course.training import Adam, cross_entropy

# ---- train_step ----------------------------------------------------------------------------------


def stepper(
    zero: bool = True, moves: bool = True, late: bool = False, softmax: bool = False,
    mode: bool = True, weight: bool = False, plain: bool = True,
) -> Callable[..., Any]:  # fmt: skip
    """Make a training step that lacks something."""

    def step(model: nn.Module, optimizer: Any, images: Tensor, labels: Tensor) -> Any:
        model.train(mode)
        if zero:
            optimizer.zero_grad()
        logits = model(images)
        loss = cross_entropy(logits.softmax(dim=1) if softmax else logits, labels)
        (loss * (len(labels) if weight else 1)).backward()
        if moves:
            optimizer.step()
        loss = loss * (len(labels) if weight else 1)
        loss = cross_entropy(model(images), labels) if late else loss
        return loss.item() if plain else loss.detach()

    return step


TRAIN_STEP = (
    Misconception(
        "gradients-accumulated",
        "The first step is right, the second is not: backward() adds to the gradients of the "
        "step before.",
        stepper(zero=False),
        next="call optimizer.zero_grad() once a step.",
    ),
    Misconception(
        "nothing-learned",
        "The loss is right, but the weights stay where they are: backward() or step() is "
        "missing, or zero_grad() stands between them.",
        stepper(moves=False),
        next="the order is zero_grad, loss, backward, step.",
    ),
    Misconception(
        "loss-after-step",
        "This is the loss after the step; asked for is the one that the step was computed from.",
        stepper(late=True),
        next="call the model once.",
    ),
    Misconception(
        "softmax-first",
        "The logits went through softmax before the loss, which has its own softmax inside.",
        stepper(softmax=True),
        next="hand the loss what the model returns.",
    ),
    Misconception(
        "eval-mode",
        "The network was in evaluation mode while it learned: batch norm and dropout did not "
        "do their work.",
        stepper(mode=False),
        next="no model.eval() here.",
    ),
    Misconception(
        "sum-not-mean",
        "The losses of the images are summed, and so are the gradients: the step is as many "
        "times too long.",
        stepper(weight=True),
        next="the loss is a mean over the batch.",
    ),
    Misconception(
        "tensor-returned",
        "The loss is right, but a tensor came back, and with it perhaps the whole graph.",
        stepper(plain=False),
        next="return loss.item().",
    ),
)


# ---- fit -----------------------------------------------------------------------------------------


def fitter(
    by_batch: bool = False, eval_mode: bool = True, train_mode: bool = True,
    val_learns: bool = False, renewed: bool = False, afterwards: bool = False,
    percent: bool = False, last: bool = False, optimizer: Any = Adam, device_heeded: bool = True,
) -> Callable[..., Any]:  # fmt: skip
    """Make a fit that is wrong in one way."""

    def one_pass(model: nn.Module, loader: Any, chosen: Any) -> tuple[float, float]:
        parts = []
        for x, y in loader:
            logits = model(x)
            loss = cross_entropy(logits, y)
            if chosen is not None:
                chosen.zero_grad()
                loss.backward()
                chosen.step()
            hits = (logits.argmax(dim=1) == y).float().mean().item()
            parts.append((loss.item(), hits, 1 if by_batch else len(y)))
        parts = parts[-1:] if last else parts
        total = sum(n for *_, n in parts)
        means = [sum(part[i] * part[2] for part in parts) / total for i in (0, 1)]
        return means[0], means[1] * (100 if percent else 1)

    def fit(
        model: nn.Module, train: Any, val: Any, epochs: int, lr: float, device: Any = None
    ) -> Any:
        if device_heeded and device is not None:
            model.to(device)
            train, val = ([(x.to(device), y.to(device)) for x, y in part] for part in (train, val))
        model.train()
        chosen, history = optimizer(model.parameters(), lr), []
        for _ in range(epochs):
            model.train(train_mode or model.training)
            chosen = optimizer(model.parameters(), lr) if renewed else chosen
            seen = one_pass(model, train, chosen)
            model.train(not eval_mode)
            with torch.set_grad_enabled(val_learns):
                if afterwards:
                    seen = one_pass(model, train, None)
                unseen = one_pass(model, val, chosen if val_learns else None)
            history.append(dict(zip(training.FIGURES, seen + unseen, strict=True)))
        return history

    return fit


FIT = (
    Misconception(
        "mean-over-batches",
        "The figures are means over batches: the short last batch counts as much as a full one.",
        fitter(by_batch=True),
        next="weigh each batch by its number of images.",
    ),
    Misconception(
        "no-eval-mode",
        "The network is judged in training mode: call model.eval() before the validation.",
        fitter(eval_mode=False),
        next="batch norm and dropout work differently in the two modes.",
    ),
    Misconception(
        "stuck-in-eval-mode",
        "The network is not in training mode when it learns: after a validation it stays in "
        "evaluation mode.",
        fitter(train_mode=False),
        next="call model.train() at the beginning of every epoch.",
    ),
    Misconception(
        "learns-from-validation",
        "The validation images are learned from: then they say nothing about unseen ones.",
        fitter(val_learns=True),
        next="only the first pass takes steps.",
    ),
    Misconception(
        "optimizer-renewed",
        "Every epoch begins with a new optimizer, which has forgotten its running means.",
        fitter(renewed=True),
        next="make the optimizer before the loop over epochs.",
    ),
    Misconception(
        "figures-afterwards",
        "The training figures were measured after the epoch; asked for are those seen on the way.",
        fitter(afterwards=True),
        next="add up loss and hits from the logits that each step was computed from.",
    ),
    Misconception(
        "last-batch-only",
        "The figures are those of the last batch, not of the epoch.",
        fitter(last=True),
        next="add up over the batches, divide after the loop.",
    ),
    Misconception(
        "percent",
        "The accuracies are in percent; they should lie in [0, 1].",
        fitter(percent=True),
        next="leave the factor of 100 to whoever prints it.",
    ),
    Misconception(
        "sgd-not-adam",
        "The weights move as they do with plain gradient descent; Adam was asked for.",
        fitter(optimizer=training.SGD),
        next="Adam(model.parameters(), lr).",
    ),
    Misconception(
        "device-ignored",
        "The device that was asked for is not used.",
        fitter(device_heeded=False),
        next="model.to(device), and every batch, too.",
    ),
)
