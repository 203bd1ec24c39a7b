"""How people get the bug hunt of lesson 7 wrong: half-mends, each as a run."""

# ruff: noqa: ARG001, D103 (the sentence that goes with each explains it)

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.exercises.capstone.facts import shifts_of
from mnist_course import capstone
from mnist_course.augmentation import random_shift, shift
from mnist_course.data import train_val_split
from mnist_course.training import train_step

Seen = Mapping[str, Any]
Run = Callable[..., list[float]]
Four = tuple[Tensor, Tensor, Tensor, Tensor]


# ---- runs 1 and 4: other rules for a step ------------------------------------------------------


def stepping(step: Callable[..., Any], optimizer: type = torch.optim.SGD, factor: float = 1) -> Run:
    """Return a run whose steps are made by `step`."""

    def run(model: nn.Module, batches: Any, epochs: int, lr: float) -> list[float]:
        rule = optimizer(model.parameters(), lr * factor)
        return [
            step(model, rule, images, labels, number)
            for _ in range(epochs)
            for number, (images, labels) in enumerate(batches)
        ]

    return run


def cleared_once_an_epoch(
    model: nn.Module, rule: Any, images: Tensor, labels: Tensor, number: int
) -> float:
    if number == 0:
        rule.zero_grad()
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    rule.step()
    return loss.item()


def cleared_before_the_step(
    model: nn.Module, rule: Any, images: Tensor, labels: Tensor, _number: int
) -> float:
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    rule.zero_grad()
    rule.step()
    return loss.item()


def plain(model: nn.Module, rule: Any, images: Tensor, labels: Tensor, _number: int) -> float:
    return train_step(model, rule, images, labels)


def by_loss(loss_of: Callable[[Tensor, Tensor], Tensor]) -> Run:
    """Return a run with Adam and this loss of logits and labels."""

    def step(model: nn.Module, rule: Any, images: Tensor, labels: Tensor, _number: int) -> float:
        rule.zero_grad()
        loss = loss_of(model(images), labels)
        loss.backward()
        rule.step()
        return loss.item()

    return stepping(step, torch.optim.Adam)


def at_another_rate(run: Run, factor: float) -> Run:
    return lambda model, batches, epochs, lr: run(model, batches, epochs, lr * factor)


# ---- run 3 -------------------------------------------------------------------------------------


def in_modes(learning: bool | None, judging: bool, first: bool | None = None) -> Run:
    """Return a run that sets these modes: before its first epoch, each epoch, each validation."""

    def run(model: nn.Module, batches: Any, val: Any, epochs: int, lr: float) -> list[float]:
        rule, losses = torch.optim.Adam(model.parameters(), lr), []
        model.train(model.training if first is None else first)
        for _ in range(epochs):
            model.train(model.training if learning is None else learning)
            for images, labels in batches:
                train_step(model, rule, images, labels)
            model.train(judging)
            with torch.no_grad():
                losses.append(F.cross_entropy(model(val[0]), val[1]).item())
        return losses

    return run


def judged_before_learning(
    model: nn.Module, batches: Any, val: Any, epochs: int, lr: float
) -> list[float]:
    rule, losses = torch.optim.Adam(model.parameters(), lr), []
    for _ in range(epochs):
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(val[0]), val[1]).item())
        model.train()
        for images, labels in batches:
            train_step(model, rule, images, labels)
    return losses


# ---- run 2 -------------------------------------------------------------------------------------


def flipped_down(images: Tensor, generator: torch.Generator) -> Tensor:
    moved = random_shift(images, 2, generator)
    chosen = torch.rand(len(images), generator=generator) < 0.5
    return torch.where(chosen[:, None, None, None], moved.flip(-2), moved)


def one_shift_for_all(images: Tensor, generator: torch.Generator) -> Tensor:
    dx, dy = torch.randint(-2, 3, (2,), generator=generator).tolist()
    return shift(images, dx, dy)


def rolled(images: Tensor, generator: torch.Generator) -> Tensor:
    steps = torch.randint(-2, 3, (len(images), 2), generator=generator).tolist()
    return torch.stack([x.roll(step, dims=(-2, -1)) for x, step in zip(images, steps, strict=True)])


def not_varied(images: Tensor, generator: torch.Generator) -> Tensor:
    return images.clone()


def shows(change: Callable[[Tensor], Tensor], share: float) -> Callable[[Seen], bool]:
    """Say whether at least this share of the pictures is a shift of what `change` makes of them."""

    def symptom(seen: Seen) -> bool:
        found = seen["what comes out"]
        changed = shifts_of(change(found["images"]), found["first"]).any(dim=1)
        itself = shifts_of(found["images"], found["first"]).any(dim=1)
        return bool(changed.float().mean() >= share and (changed | itself).all())

    return symptom


# ---- run 5 -------------------------------------------------------------------------------------


def split_separately(images: Tensor, labels: Tensor, seed: int) -> Four:
    one = train_val_split(images, labels, 0.2, seed)
    other = train_val_split(shift(images, 1, 0), labels, 0.2, seed + 1)
    a, b, c, d = (torch.cat(pair) for pair in zip(one, other, strict=True))
    return a, b, c, d


def only_copies_in_training(images: Tensor, labels: Tensor, seed: int) -> Four:
    a, b, c, d = train_val_split(images, labels, 0.2, seed)
    return shift(a, 1, 0), b, c, d


def copies_left_out(images: Tensor, labels: Tensor, seed: int) -> Four:
    return train_val_split(images, labels, 0.2, seed)


def labels_out_of_step(images: Tensor, labels: Tensor, seed: int) -> Four:
    a, b, c, d = capstone.hunt_5(images, labels, seed)
    return a, b[: len(b) // 2].repeat_interleave(2), c, d


def all_of_it_in_training(images: Tensor, labels: Tensor, seed: int) -> Four:
    _, _, c, d = train_val_split(images, labels, 0.2, seed)
    return torch.cat([images, shift(images, 1, 0)]), labels.repeat(2), c, d
