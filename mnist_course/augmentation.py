"""Lesson 6: make it robust."""

import copy
import math
from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mnist_course.data import Batches, train_val_split
from mnist_course.model import DigitCNN
from mnist_course.training import Adam, fit, seeded, train_step

Row = tuple[Tensor, Tensor, Tensor]
Batch = tuple[Tensor, Tensor]


def shift(images: Tensor, dx: int, dy: int) -> Tensor:
    """Move the pictures dx pixels to the right and dy down; zeros come in."""
    height, width = images.shape[-2:]
    dx, dy = max(-width, min(dx, width)), max(-height, min(dy, height))
    return F.pad(images, (dx, -dx, dy, -dy))


def random_shift(images: Tensor, max_shift: int, generator: torch.Generator) -> Tensor:
    """Move each image by whole pixels of its own, at most max_shift each way."""
    n, _, height, width = images.shape
    windows = F.pad(images, 4 * [max_shift]).unfold(2, height, 1).unfold(3, width, 1)
    down, right = torch.randint(2 * max_shift + 1, (2, n), generator=generator).to(images.device)
    return windows[torch.arange(n, device=images.device), :, down, right]


def fetch(images: Tensor, from_x: Row, from_y: Row) -> Tensor:
    """Fill each new pixel (x, y) from where it was before: bilinear, zeros outside.

    That is (a * x + b * y + c, d * x + e * y + f), with (a, b, c) as `from_x`, (d, e, f) as
    `from_y`, each of them one number an image; in pixels, right of the centre and below it.
    """
    if len(images) == 0:  # of which `affine_grid` will not hear
        return images.clone()
    height, width = images.shape[-2:]
    sides = images.new_tensor([width / 2, height / 2, 1])
    matrices = torch.stack([torch.stack(row, dim=-1) for row in (from_x, from_y)], dim=1)
    matrices = matrices * sides / sides[:2, None]
    grid = F.affine_grid(matrices, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def rotate(images: Tensor, degrees: float | Tensor) -> Tensor:
    """Turn the pictures counter-clockwise about their centre, by one angle or one each."""
    angles = torch.as_tensor(degrees, dtype=images.dtype, device=images.device).flatten()
    if len(angles) not in (1, len(images)):
        raise ValueError(f"{len(angles)} angles, but {len(images)} images")
    radians = torch.deg2rad(angles).expand(len(images))
    cos, sin, zero = radians.cos(), radians.sin(), torch.zeros_like(radians)
    return fetch(images, (cos, -sin, zero), (sin, cos, zero))


def random_affine(
    images: Tensor, max_shift: float, max_degrees: float, scale_range: tuple[float, float],
    generator: torch.Generator,
) -> Tensor:  # fmt: skip
    """Shift, turn and scale each image by a draw of its own."""
    if min(scale_range) <= 0:
        raise ValueError(f"scales must be positive, but scale_range is {scale_range}")
    smallest, largest = scale_range
    draws = torch.rand(4, len(images), generator=generator).to(images)
    radians = torch.deg2rad((2 * draws[0] - 1) * max_degrees)
    scales = smallest + draws[1] * (largest - smallest)
    dx, dy = (2 * draws[2:] - 1) * max_shift
    cos, sin = radians.cos() / scales, radians.sin() / scales  # the way back: unshift, unturn
    return fetch(images, (cos, -sin, sin * dy - cos * dx), (sin, cos, -sin * dx - cos * dy))


def elastic(images: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Pull each picture about like rubber: random steps, smooth from place to place."""
    n, _, height, width = images.shape
    knots = torch.randn(n, 2, 5, 5, generator=generator).to(images) * 2 * strength / width
    steps = F.interpolate(knots, (height, width), mode="bicubic", align_corners=True)
    identity = torch.eye(2, 3).expand(n, 2, 3).to(images)
    grid = F.affine_grid(identity, list(images.shape), align_corners=False)
    return F.grid_sample(images, grid + steps.permute(0, 2, 3, 1), align_corners=False)


def random_stroke(images: Tensor, generator: torch.Generator) -> Tensor:
    """Thicken some strokes and thin others, each by an amount of its own, at most a pixel or so."""
    amount = 2 * torch.rand(len(images), 1, 1, 1, generator=generator).to(images) - 1
    thick = F.max_pool2d(images, 3, stride=1, padding=1)
    thin = -F.max_pool2d(-F.pad(images, (0, 1, 0, 1)), 2, stride=1)
    return torch.where(amount > 0, images.lerp(thick, amount), images.lerp(thin, -amount))


def learning_rate_sweep(
    make_model: Callable[[], nn.Module], batches: Iterable[Batch], rates: Sequence[float]
) -> dict[float, float]:
    """Train the same first weights at each rate; return the last loss, inf where it blew up."""
    first, batches = make_model(), list(batches)
    if not batches:
        raise ValueError("there are 0 batches: a sweep needs at least one to train on")
    last = {}
    for rate in rates:
        model = copy.deepcopy(first).train()
        optimizer = Adam(model.parameters(), lr=rate)
        with seeded(0):  # the same dropout at every rate
            losses = [train_step(model, optimizer, *batch) for batch in batches]
        last[rate] = losses[-1] if math.isfinite(losses[-1]) else math.inf
    return last


STEPS = 1000  # that training takes at least, however few the images


def distort(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shift, turn and scale each image about as far as it can still be read."""
    return random_affine(images, 3, 30, (0.75, 1.2), generator)


def train_robust_cnn(train_images: Tensor, train_labels: Tensor, seed: int = 0) -> nn.Module:
    """Train the reference network on images that are shifted, turned and scaled anew each epoch."""
    train, labels, val, val_labels = train_val_split(train_images, train_labels, 0.1, seed)
    if len(val) == 0:  # a tenth of so few is not one image
        val, val_labels = train, labels
    loader = Batches(train, labels, 64, shuffle=True, seed=seed, augment=distort)
    with seeded(seed):
        model = DigitCNN()
        epochs = -(-STEPS // len(loader))
        fit(model, loader, Batches(val, val_labels, 500), epochs, lr=2e-3)
    return model.cpu().eval()
