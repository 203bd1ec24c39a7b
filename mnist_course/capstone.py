"""Lesson 7: a network of your own, and five runs: each as it was found, broken, and mended."""

from collections.abc import Sequence

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn import functional as F

from mnist_course.augmentation import random_shift, shift
from mnist_course.data import Batches, train_val_split
from mnist_course.evaluation import evaluating
from mnist_course.model import conv_block
from mnist_course.training import Loader, seeded, train_epoch, train_step

BUDGET = 150_000  # parameters that a network of lesson 7 may have
EPOCHS, BATCH, RATE = 8, 64, 5e-3
CODES = (
    "augmentation-breaks-labels",
    "gradients-kept",
    "learning-rate-too-high",
    "not-in-eval-mode",
    "not-shuffled",
    "softmax-twice",
    "validation-leak",
    "wrong-normalisation",
)


def build_model() -> nn.Module:
    """Build a network: images (N, 1, 28, 28) in, logits (N, 10) out, at most 150,000 parameters."""
    return nn.Sequential(
        *conv_block(1, 12, kernel_size=5, stride=2),  # 28 -> 12
        *conv_block(12, 24, kernel_size=3, pool=True),  # 12 -> 10 -> 5
        *conv_block(24, 32, kernel_size=3),  # 5 -> 3
        nn.Flatten(),
        nn.Linear(32 * 3 * 3, 10),
    )


def train(model: nn.Module, images: Tensor, labels: Tensor, seed: int) -> nn.Module:
    """Teach the network to read images in [0, 1]; the same seed, the same training."""
    loader = Batches(images, labels, BATCH, shuffle=True, seed=seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    with seeded(seed):
        for _ in range(EPOCHS):
            train_epoch(model, optimizer, loader, "cpu")
            schedule.step()  # a smaller rate each epoch: large steps first, then small ones
    return model.eval()


def broken_1(model: nn.Module, batches: Loader, epochs: int, lr: float) -> list[float]:
    """Train by gradient descent; return the loss of every step."""
    optimizer = torch.optim.SGD(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def hunt_1(model: nn.Module, batches: Loader, epochs: int, lr: float) -> list[float]:
    """Train by gradient descent; return the loss of every step."""
    optimizer = torch.optim.SGD(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def broken_2(images: Tensor, generator: torch.Generator) -> Tensor:
    """Vary every picture anew: each is moved its own way, by up to two whole pixels."""
    moved = random_shift(images, 2, generator)
    chosen = torch.rand(len(images), generator=generator) < 0.5
    return torch.where(chosen[:, None, None, None], moved.flip(-1), moved)


def hunt_2(images: Tensor, generator: torch.Generator) -> Tensor:
    """Vary every picture anew: each is moved its own way, by up to two whole pixels."""
    return random_shift(images, 2, generator)


def broken_3(
    model: nn.Module, batches: Loader, val: tuple[Tensor, Tensor], epochs: int, lr: float
) -> list[float]:
    """Train with Adam; return the loss on the validation images after each epoch."""
    optimizer = torch.optim.Adam(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            train_step(model, optimizer, images, labels)
        with torch.no_grad():
            losses.append(F.cross_entropy(model(val[0]), val[1]).item())
    return losses


def hunt_3(
    model: nn.Module, batches: Loader, val: tuple[Tensor, Tensor], epochs: int, lr: float
) -> list[float]:
    """Train with Adam; return the loss on the validation images after each epoch."""
    optimizer = torch.optim.Adam(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            train_step(model, optimizer, images, labels)
        with evaluating(model):
            losses.append(F.cross_entropy(model(val[0]), val[1]).item())
    return losses


def broken_4(model: nn.Module, batches: Loader, epochs: int, lr: float) -> list[float]:
    """Train with Adam; return the loss of every step."""
    optimizer = torch.optim.Adam(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            optimizer.zero_grad()
            probabilities = model(images).softmax(dim=1)
            loss = F.cross_entropy(probabilities, labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def hunt_4(model: nn.Module, batches: Loader, epochs: int, lr: float) -> list[float]:
    """Train with Adam; return the loss of every step."""
    optimizer = torch.optim.Adam(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            losses.append(train_step(model, optimizer, images, labels))
    return losses


def broken_5(images: Tensor, labels: Tensor, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Add copies moved by a pixel, and hold out a fifth of every class for validation."""
    pictures = torch.cat([images, shift(images, 1, 0)])
    return train_val_split(pictures, labels.repeat(2), 0.2, seed)


def hunt_5(images: Tensor, labels: Tensor, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Add copies moved by a pixel, and hold out a fifth of every class for validation."""
    train_images, train_labels, *held_out = train_val_split(images, labels, 0.2, seed)
    pictures = torch.cat([train_images, shift(train_images, 1, 0)])
    return pictures, train_labels.repeat(2), held_out[0], held_out[1]


def diagnosis() -> dict[int, str]:
    """Name the fault of each run by its code: {1: code, 2: code, ..., 5: code}."""
    return {
        1: "gradients-kept",
        2: "augmentation-breaks-labels",
        3: "not-in-eval-mode",
        4: "softmax-twice",
        5: "validation-leak",
    }


def plot_losses(title: str, **runs: Sequence[float]) -> Figure:
    """Draw the losses of runs, step by step."""
    figure = Figure(figsize=(7, 2.8), layout="constrained")
    axes = figure.subplots()
    for name, losses in runs.items():
        axes.plot(range(1, len(losses) + 1), losses, label=name)
    axes.set(title=title, xlabel="step", ylabel="loss")
    axes.legend()
    return figure


def by_the_nearest(pictures: Tensor, images: Tensor, labels: Tensor) -> Tensor:
    """Give each picture the label of the image that it is most like: nothing is learned at all."""
    distances = torch.cdist(pictures.flatten(1), images.flatten(1))
    return labels[distances.argmin(dim=1)]
