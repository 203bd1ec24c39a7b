"""Wrong answers to lesson 6, as people give them."""
# ruff: noqa: D103 - what each does wrong, its misconception says

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mnist_course import layers
from mnist_course.augmentation import (
    distort,
    fetch,
    learning_rate_sweep,
    random_affine,
    rotate,
    shift,
)
from mnist_course.data import Batches
from mnist_course.model import DigitCNN

# ---- shift ---------------------------------------------------------------------------------------


def shift_rolled(images: Any, dx: int, dy: int) -> Any:
    return images.roll((dy, dx), dims=(-2, -1))


def shift_against(images: Any, dx: int, dy: int) -> Any:
    return shift(images, -dx, -dy)


def shift_upwards(images: Any, dx: int, dy: int) -> Any:
    return shift(images, dx, -dy)


def shift_swapped(images: Any, dx: int, dy: int) -> Any:
    return shift(images, dy, dx)


def shift_smeared(images: Any, dx: int, dy: int) -> Any:
    height, width = images.shape[-2:]
    rows = (torch.arange(height) - dy).clamp(0, height - 1)
    return images[:, :, rows][..., (torch.arange(width) - dx).clamp(0, width - 1)]


def shift_forward_only(images: Any, dx: int, dy: int) -> Any:
    return shift(images, max(dx, 0), max(dy, 0))


# ---- rotate --------------------------------------------------------------------------------------


def rotate_clockwise(images: Any, degrees: Any) -> Any:
    return rotate(images, -degrees)


def rotate_radians(images: Any, degrees: Any) -> Any:
    return rotate(images, degrees * (180 / math.pi))


def rotate_first_angle(images: Any, degrees: Any) -> Any:
    return rotate(images, float(torch.as_tensor(degrees).flatten()[0]))


def rotate_about(images: Any, degrees: Any, x: float, y: float) -> Any:
    """Turn about (x, y), from the centre, and not about the centre."""
    radians = torch.deg2rad(torch.as_tensor(degrees, dtype=torch.float32).flatten())
    radians = radians.expand(len(images))
    cos, sin = radians.cos(), radians.sin()
    return fetch(images, (cos, -sin, x - cos * x + sin * y), (sin, cos, y - sin * x - cos * y))


def rotate_corner(images: Any, degrees: Any) -> Any:
    return rotate_about(images, degrees, -13.5, -13.5)


def rotate_half_pixel(images: Any, degrees: Any) -> Any:
    return rotate_about(images, degrees, 0.5, 0.5)


def rotate_sampled(images: Any, degrees: Any, **options: Any) -> Any:
    """Turn with other options of grid_sample."""
    radians = torch.deg2rad(torch.as_tensor(degrees, dtype=torch.float32).flatten())
    radians = radians.expand(len(images))
    cos, sin, zero = radians.cos(), radians.sin(), torch.zeros(len(images))
    rows = torch.stack([cos, -sin, zero], dim=1), torch.stack([sin, cos, zero], dim=1)
    grid = F.affine_grid(torch.stack(rows, dim=1), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, align_corners=False, **options)


def rotate_nearest(images: Any, degrees: Any) -> Any:
    return rotate_sampled(images, degrees, mode="nearest")


def rotate_smeared(images: Any, degrees: Any) -> Any:
    return rotate_sampled(images, degrees, padding_mode="border")


# ---- random_affine -------------------------------------------------------------------------------

Range = tuple[float, float]


def affine_one_draw(
    images: Any, max_shift: float, max_degrees: float, scale_range: Range, generator: Any
) -> Any:
    low, high = scale_range
    draws = torch.rand(4, 1, generator=generator).expand(4, len(images))
    signed = 2 * draws - 1
    return moved(
        images, signed[0] * max_shift, signed[1] * max_shift,
        signed[2] * max_degrees, low + draws[3] * (high - low),
    )  # fmt: skip


def moved(images: Tensor, dx: Tensor, dy: Tensor, degrees: Tensor, scales: Tensor) -> Tensor:
    """Scale, turn, then shift, each image by its own numbers."""
    cos, sin = torch.deg2rad(degrees).cos() / scales, torch.deg2rad(degrees).sin() / scales
    return fetch(images, (cos, -sin, sin * dy - cos * dx), (sin, cos, -sin * dx - cos * dy))


def affine_radians(
    images: Any, max_shift: float, max_degrees: float, scale_range: Range, generator: Any
) -> Any:
    degrees = math.degrees(max_degrees)
    return random_affine(images, max_shift, degrees, scale_range, generator)


def affine_inverted(
    images: Any, max_shift: float, max_degrees: float, scale_range: Range, generator: Any
) -> Any:
    inverted = 1 / scale_range[1], 1 / scale_range[0]
    return random_affine(images, max_shift, max_degrees, inverted, generator)


def affine_mirrored(
    images: Any, max_shift: float, max_degrees: float, scale_range: Range, generator: Any
) -> Any:
    flip = torch.rand(len(images), 1, 1, 1, generator=generator) < 0.5
    images = torch.where(flip, images.flip(-1), images)
    return random_affine(images, max_shift, max_degrees, scale_range, generator)


def affine_half_shift(
    images: Any, max_shift: float, max_degrees: float, scale_range: Range, generator: Any
) -> Any:
    return random_affine(images, max_shift / 2, max_degrees, scale_range, generator)


def affine_one_sided(
    images: Any, max_shift: float, max_degrees: float, scale_range: Range, generator: Any
) -> Any:
    low, high = scale_range
    draws = torch.rand(4, len(images), generator=generator)
    return moved(
        images, draws[0] * max_shift, draws[1] * max_shift,
        draws[2] * max_degrees, low + draws[3] * (high - low),
    )  # fmt: skip


def affine_global(
    images: Any, max_shift: float, max_degrees: float, scale_range: Range, generator: Any
) -> Any:
    generator = torch.Generator().manual_seed(int(torch.randint(2**31, ())))
    return random_affine(images, max_shift, max_degrees, scale_range, generator)


# ---- batch_norm ----------------------------------------------------------------------------------


def norm(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool,
    momentum: float = 0.1, eps: float = 1e-5, *,
    dims: tuple[int, ...] = (0, 2, 3), correction: int = 0, running_correction: int = 1,
    measured: bool | None = None, outside: bool = False, detached: bool = False,
    updated: bool = True,
) -> Any:  # fmt: skip
    """Normalise, with the mistake that the options ask for."""
    shape = (1, -1, 1, 1)
    mean, var = running_mean.view(shape), running_var.view(shape)
    if training and updated:
        every = (0, 2, 3)
        running_mean.lerp_(x.mean(every).detach(), momentum)
        running_var.lerp_(x.var(every, correction=running_correction).detach(), momentum)
    if training if measured is None else measured:
        mean = x.mean(dims, keepdim=True)
        var = x.var(dims, correction=correction, keepdim=True)
    if detached:
        mean, var = mean.detach(), var.detach()
    deviation = var.sqrt() + eps if outside else (var + eps).sqrt()
    return (x - mean) / deviation * weight.view(shape) + bias.view(shape)


def norm_momentum_reversed(
    x: Any, weight: Any, bias: Any, running_mean: Any, running_var: Any, training: bool,
    momentum: float = 0.1, eps: float = 1e-5,
) -> Any:  # fmt: skip
    figures = running_mean, running_var
    return layers.batch_norm(x, weight, bias, *figures, training, 1 - momentum, eps)


# ---- learning_rate_sweep -------------------------------------------------------------------------


def sweep(
    make_model: Any, batches: Any, rates: Any, optimizer: Any = torch.optim.Adam, *,
    carried: bool = False, mean: bool = False, after: bool = False, kept: bool = False,
    first: bool = False, accumulated: bool = False,
) -> Any:  # fmt: skip
    """Sweep, with the mistake that the options ask for."""
    found, model, start = {}, make_model(), torch.get_rng_state()
    for rate in rates:
        if not carried:
            torch.set_rng_state(start)
            model = make_model()
        losses = _losses(model, batches, optimizer(model.parameters(), lr=rate), accumulated)
        if after:
            losses.append(F.cross_entropy(model(batches[-1][0]), batches[-1][1]).item())
        loss = sum(losses) / len(losses) if mean else losses[0 if first else -1]
        found[rate] = loss if kept or math.isfinite(loss) else math.inf
    return found


def _losses(model: nn.Module, batches: Any, optimizer: Any, accumulated: bool) -> list[float]:
    losses = []
    for images, labels in batches:
        loss = F.cross_entropy(model(images), labels)
        if not accumulated:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def sweep_from_other_weights(make_model: Any, batches: Any, rates: Any) -> Any:
    return {rate: learning_rate_sweep(make_model, batches, [rate])[rate] for rate in rates}


# ---- train_robust_cnn ----------------------------------------------------------------------------


def trained(
    images: Any, labels: Any, seed: int, *, augment: Any = distort, steps: int = 300,
    lr: float = 4e-3, model: nn.Module | None = None,
) -> nn.Module:  # fmt: skip
    """Train a little, with the mistake that the options ask for."""
    torch.manual_seed(seed)
    model = model or DigitCNN()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    loader = Batches(images, labels, 64, shuffle=True, seed=seed, augment=augment)
    for _ in range(-(-steps // len(loader))):
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    return model


def robust_unmoved(train_images: Any, train_labels: Any, seed: int = 0) -> nn.Module:
    return trained(train_images, train_labels, seed, augment=None, steps=500)


def robust_softmax(train_images: Any, train_labels: Any, seed: int = 0) -> nn.Module:
    model = nn.Sequential(DigitCNN(), nn.Softmax(dim=1))
    return trained(train_images, train_labels, seed, model=model, steps=200)


def robust_shuffled(train_images: Any, train_labels: Any, seed: int = 0) -> nn.Module:
    order = torch.randperm(len(train_labels), generator=torch.Generator().manual_seed(seed))
    return trained(train_images, train_labels[order], seed, steps=100)


def robust_normalised(train_images: Any, train_labels: Any, seed: int = 0) -> nn.Module:
    mean, std = train_images.mean(), train_images.std()
    return trained((train_images - mean) / std, train_labels, seed, steps=400)


def robust_mlp(train_images: Any, train_labels: Any, seed: int = 0) -> nn.Module:
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    return trained(train_images, train_labels, seed, model=model, steps=500, lr=2e-3)
