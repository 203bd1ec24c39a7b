"""Lesson 4: the loss, the optimizers, and the loop that makes a network learn."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor, nn

from mnist_course.data import make_loader, train_val_split
from mnist_course.model import DigitCNN

Loader = Iterable[tuple[Tensor, ...] | list[Tensor]]
Criterion = Callable[[Tensor, Tensor], Tensor]  # (logits, labels) -> loss


def check_fit(logits: Tensor, labels: Tensor) -> None:
    """Refuse labels that are not one a row of logits, or that name a class which is not there."""
    if logits.ndim != 2 or labels.shape != logits.shape[:1]:
        raise ValueError(
            f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)} do not fit"
        )
    if ((labels < 0) | (labels >= logits.shape[1])).any():
        raise ValueError(
            f"labels must lie in 0..{logits.shape[1] - 1}, not in {labels.min()}..{labels.max()}"
        )


def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """Average surprise at the true labels; stable, because the largest logit is taken off first."""
    check_fit(logits, labels)
    shifted = logits - logits.amax(dim=1, keepdim=True)
    log_probabilities = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    return -log_probabilities.gather(1, labels[:, None]).mean()


class Descent:
    """What optimizers share: they keep the parameters and the rate, and forget old gradients."""

    def __init__(self, params: Iterable[Tensor], lr: float, *shares: float) -> None:
        if not lr >= 0:
            raise ValueError(f"lr must not be negative, but is {lr}")
        if not all(0 <= share < 1 for share in shares):
            raise ValueError(f"momentum and betas must lie in [0, 1), but are {list(shares)}")
        self.params, self.lr = list(params), lr

    def zero_grad(self) -> None:
        """Forget the gradients of the step before: backward() would add to them."""
        for p in self.params:
            p.grad = None


class SGD(Descent):
    """Stochastic gradient descent, with momentum as PyTorch has it."""

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float = 0.0) -> None:
        super().__init__(params, lr, momentum)
        self.momentum = momentum
        self.velocities = [torch.zeros_like(p) for p in self.params]

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter against its gradient."""
        for p, velocity in zip(self.params, self.velocities, strict=True):
            if p.grad is not None:
                velocity.mul_(self.momentum).add_(p.grad)
                p.sub_(self.lr * velocity)


Pair = tuple[float, float]


class Moments(Descent):
    """What Adam remembers of each parameter: mean gradient, mean square, how many of them."""

    def __init__(
        self,
        params: Iterable[Tensor],
        lr: float = 1e-3,
        betas: Pair = (0.9, 0.999),
        eps: float = 1e-8,
    ) -> None:
        super().__init__(params, lr, *betas)
        self.betas, self.eps = betas, eps
        self.means = [torch.zeros_like(p) for p in self.params]
        self.squares = [torch.zeros_like(p) for p in self.params]
        self.steps = [0] * len(self.params)


class Adam(Moments):
    """Momentum over the usual size of the gradient, both corrected for their start at zero."""

    @torch.no_grad()
    def step(self) -> None:
        """Move every parameter that has a gradient."""
        beta1, beta2 = self.betas
        for i, p in enumerate(self.params):
            if p.grad is not None:
                self.steps[i] += 1
                self.means[i].lerp_(p.grad, 1 - beta1)
                self.squares[i].lerp_(p.grad**2, 1 - beta2)
                mean = self.means[i] / (1 - beta1 ** self.steps[i])
                square = self.squares[i] / (1 - beta2 ** self.steps[i])
                p.sub_(self.lr * mean / (square.sqrt() + self.eps))


class Optimizer(Protocol):
    """What a training step needs of an optimizer: ours, torch's, or one with a schedule."""

    def step(self) -> None:
        """Move the parameters."""

    def zero_grad(self) -> None:
        """Forget the gradients."""


def train_step(model: nn.Module, optimizer: Optimizer, images: Tensor, labels: Tensor) -> float:
    """Take one step on one batch; return the loss before it."""
    optimizer.zero_grad()
    loss = cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()


def learn(
    model: nn.Module, optimizer: Optimizer, images: Tensor, labels: Tensor, criterion: Criterion
) -> Tensor:
    """Take such a step by any criterion; return the logits that it was computed from."""
    optimizer.zero_grad()
    logits: Tensor = model(images)
    criterion(logits, labels).backward()
    optimizer.step()
    return logits.detach()


class Tally:
    """Loss and accuracy over an epoch: means over samples, whatever the sizes of the batches."""

    def __init__(self) -> None:
        self.loss_sum, self.correct, self.count = 0.0, 0, 0

    def add(self, logits: Tensor, labels: Tensor) -> float:
        """Take one more batch into account; return its mean loss."""
        loss = cross_entropy(logits, labels).item()
        self.loss_sum += loss * len(labels)
        self.correct += int((logits.argmax(dim=1) == labels).sum())
        self.count += len(labels)
        return loss

    def means(self) -> tuple[float, float]:
        """Return the mean loss and the accuracy so far."""
        if self.count == 0:
            raise ValueError("there was not one image to learn from or to judge by")
        return self.loss_sum / self.count, self.correct / self.count


def train_epoch(
    model: nn.Module,
    optimizer: Optimizer,
    loader: Loader,
    device: torch.device | str,
    criterion: Criterion = cross_entropy,
    tally: Tally | None = None,
) -> tuple[float, float]:
    """Learn from every batch once; return the cross-entropy and the accuracy seen on the way."""
    tally = tally or Tally()
    model.train()
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        tally.add(learn(model, optimizer, images, labels, criterion), labels)
    return tally.means()


@torch.no_grad()
def validate(model: nn.Module, loader: Loader, device: torch.device | str) -> tuple[float, float]:
    """Return loss and accuracy without learning."""
    tally = Tally()
    model.eval()
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        tally.add(model(images), labels)
    return tally.means()


def find_device() -> torch.device:
    """Return the fastest device that this machine has."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")


def fit(
    model: nn.Module, train_loader: Loader, val_loader: Loader,
    epochs: int, lr: float, device: torch.device | str | None = None,
) -> list[dict[str, float]]:  # fmt: skip
    """Train with Adam; return train and validation loss and accuracy of every epoch."""
    device = find_device() if device is None else device
    model.to(device)
    optimizer = Adam(model.parameters(), lr)
    history = []
    for _ in range(epochs):
        seen = train_epoch(model, optimizer, train_loader, device)
        unseen = validate(model, val_loader, device)
        history.append(dict(zip(FIGURES, seen + unseen, strict=True)))
    return history


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw from a seed within the block; outside it the random numbers go on as if nothing was."""
    devices = range(torch.cuda.device_count()) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=list(devices)):
        torch.manual_seed(seed)
        yield


STEPS = 400  # that training takes at least, however few the images


def train_digit_cnn(train_images: Tensor, train_labels: Tensor, seed: int = 0) -> nn.Module:
    """Train the reference network on images in [0, 1]; a tenth of them is held out to watch it."""
    train, labels, val, val_labels = train_val_split(train_images, train_labels, 0.1, seed)
    if len(val) == 0:  # a tenth of so few is not one image
        val, val_labels = train, labels
    loader = make_loader(train, labels, batch_size=64, shuffle=True, seed=seed)
    val_loader = make_loader(val, val_labels, batch_size=500)
    with seeded(seed):
        model = DigitCNN()
        fit(model, loader, val_loader, epochs=-(-STEPS // len(loader)), lr=3e-3)
        fit(model, loader, val_loader, epochs=1, lr=3e-4)  # small steps settle what was learned
    return model.cpu().eval()
