# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lesson 6: Make it robust
#
# A network knows what it was shown: digits that lean make it stumble. **You will build** six
# functions: three that move pictures, batch norm, a search for a good learning rate, and a training
# whose network reads digits that lean. **Time:** 100 minutes. **You need:** lessons 1 to 4.

# %%
import copy
import math
from collections.abc import Callable, Iterable, Sequence

import torch
from matplotlib.figure import Figure
from torch import Tensor, nn
from torch.nn import functional as F

from autograder import check, working
from mnist_course import DigitCNN, fit, train_digit_cnn, train_step
from mnist_course.data import Batches, load, train_val_split
from mnist_course.plots import show_digits, with_alt
from mnist_course.training import Adam, seeded

Row, Batch = tuple[Tensor, Tensor, Tensor], tuple[Tensor, Tensor]

# %% tags=["experiment"]
mnist = load("mnist")
images, labels = mnist.test_images[:8], mnist.test_labels[:8]
shown = ", ".join(str(label) for label in labels.tolist())
with_alt(show_digits(images, labels), f"Eight handwritten digits in a row: {shown}.")

# %% [markdown]
# ## 1. A moved three is still a three
#
# A change that leaves the label true makes a new example: this is augmentation. By hand, a shift:
#
# ```
# 1 2 3                 0 0 0
# 4 5 6   dx=1, dy=1    0 1 2
# 7 8 9                 0 4 5
# ```
#
# **Predict:** what comes out for `dx=-1, dy=0`? Write `shift`: whole pixels, positive is right and
# down, zeros come in. Who shifts further than the picture is wide gets nothing but zeros.


# %% nbgrader={"grade": false, "grade_id": "shift", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shift(images: Tensor, dx: int, dy: int) -> Tensor:
    """Move the pictures dx pixels to the right and dy down; zeros come in."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-shift", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
check("shift")

# %% [markdown]
# ## 2. Where did this pixel come from?
#
# To turn a picture, do not push its pixels about: they would leave holes. Ask of each *new* pixel
# where it was before, and mix the four around that place by nearness (bilinear): `fetch` is given.


# %%
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


# %% [markdown]
# With c = cos and s = sin of the angle, turning counter-clockwise fetches pixel (x, y) from
# (c * x - s * y, s * x + c * y); by 90 degrees, where c = 0 and s = 1, from (-y, x). **Predict:** a
# dot lies at (3, 0). Which new pixel fetches from there, after 90 degrees? (y counts downwards.)
# Write `rotate`: counter-clockwise about the centre, by a number of degrees for all or by one angle
# an image, (N,); bilinear, zeros come in. `torch.cos` wants radians: `torch.deg2rad`.


# %% nbgrader={"grade": false, "grade_id": "rotate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rotate(images: Tensor, degrees: float | Tensor) -> Tensor:
    """Turn the pictures counter-clockwise about their centre, by one angle or one each."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-rotate", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
check("rotate")

# %% tags=["experiment"]
# The titles are degrees now. From where on would you read another digit?
angles = torch.arange(8) * 45
turned = working("rotate")(images[:1].repeat(8, 1, 1, 1), angles)
with_alt(show_digits(turned, angles), f"The same {labels[0]}, turned on to the left by 45 each.")

# %% [markdown]
# ## 3. Everyone a draw of their own
#
# A new pixel (x, y) of a picture that was scaled, turned, then shifted by (dx, dy) goes the way
# back: undo the shift, (x - dx, y - dy); then turn as before, with c and s divided by the scale.
# Write `random_affine`. For each image it draws, from the generator, two shifts within ±`max_shift`
# pixels, whole or not, an angle within ±`max_degrees`, and a scale within `scale_range` (above 1
# enlarges). Zeros come in.


# %% nbgrader={"grade": false, "grade_id": "random_affine", "locked": false, "schema_version": 3, "solution": true, "task": false}
def random_affine(
    images: Tensor, max_shift: float, max_degrees: float, scale_range: tuple[float, float],
    generator: torch.Generator,
) -> Tensor:  # fmt: skip
    """Shift, turn and scale each image by a draw of its own."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-random_affine", "locked": true, "points": 10, "schema_version": 3, "solution": false, "task": false}
check("random_affine")

# %% tags=["experiment"]
# One digit, sixteen times. Could you still read each of them? Turn the numbers up until you cannot.
affine, generator = working("random_affine"), torch.Generator().manual_seed(0)
moved = affine(images[:1].repeat(16, 1, 1, 1), 3, 30, (0.75, 1.2), generator)
with_alt(show_digits(moved, labels[:1].repeat(16)), f"The same {labels[0]}, moved in 16 ways.")

# %% [markdown]
# **Broken: mend it.** Somebody distorts the images anew each epoch, but after twenty of them there
# is little left to see. Find out why, and mend the one line.

# %% tags=["experiment"]
distorted = images
for _ in range(20):
    distorted = affine(distorted, 2, 10, (0.9, 1.1), generator)
left = (distorted.amax(dim=(1, 2, 3)) / images.amax(dim=(1, 2, 3))).mean().item()
print(f"The brightest pixel has {left:.0%} of its light.")
print("Mended." if left > 0.8 else "Still broken: each epoch distorts what the last one left over.")

# %% [markdown]
# ## 4. Batch norm
#
# What a layer gives out moves as those before it learn, and the next must run after it. Batch norm
# holds it: each channel gets mean 0 and variance 1, measured over the batch and all places; then a
# weight and a bias of its own. By hand, a channel of two values, weight 1, bias 0:
#
# ```
# 1, 3     mean 2, variance ((1-2)² + (3-2)²) / 2 = 1, out: -1, 1      unbiased variance 2 / 1 = 2
# ```
#
# One photo alone is no batch. So training also moves two running figures, **in place**, by the share
# `momentum` towards the batch's mean and unbiased variance, and evaluation normalises by those.
# Write `batch_norm` for x (N, C, H, W), without any batch, instance, layer or group norm of torch.
# eps, under the root, keeps it from dividing by 0. **Predict:** what is -1, 1 for weight 3, bias 5?


# %%
def per_channel(values: Tensor, x: Tensor) -> Tensor:
    """Reshape one value a channel, (C,), so that it meets x, (N, C, ...), in its channels."""
    if len(values) != x.shape[1]:
        raise ValueError(f"x has {x.shape[1]} channels, but weight expects {len(values)}")
    return values.view(1, -1, *[1] * (x.ndim - 2))


def channel_rows(x: Tensor) -> Tensor:
    """Lay all values of a channel, over the batch and all places, into one row: (C, values)."""
    if x.numel() <= x.shape[1]:
        raise ValueError(f"{tuple(x.shape)} leaves batch norm fewer than two values a channel")
    return x.transpose(0, 1).flatten(1)


# %% nbgrader={"grade": false, "grade_id": "batch_norm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batch_norm(
    x: Tensor, weight: Tensor, bias: Tensor, running_mean: Tensor, running_var: Tensor,
    training: bool, momentum: float = 0.1, eps: float = 1e-5,
) -> Tensor:  # fmt: skip
    """Give every channel mean 0 and variance 1, then scale and shift it by weight and bias."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-batch_norm", "locked": true, "points": 11, "schema_version": 3, "solution": false, "task": false}
check("batch_norm")

# %% [markdown]
# **Deeper.** Stack many layers, as VGG does, and the signal dies on the way. **Predict:** how much is
# left after 20: plain, with batch norm, and with the shortcuts of a ResNet, x + layer(x)?

# %% tags=["experiment"]
norm, one, ends = working("batch_norm"), torch.ones(8), [images.repeat(1, 8, 1, 1)] * 3
with torch.no_grad():
    for layer in [nn.Conv2d(8, 8, 3, padding=1) for _ in range(20)]:
        plain, normed, short = (layer(end) for end in ends)
        normed = norm(normed, one, 0 * one, 0 * one, one.clone(), True)
        ends = [plain.relu(), normed.relu(), ends[2] + short.relu()]
for name, end in zip(("plain", "batch norm", "shortcuts"), ends, strict=True):
    print(f"{name:10}  the pictures differ by {end.std(dim=0).mean().item():.2g}")

# %% [markdown]
# The recipes `vgg` and `resnet` train such networks: `mnist-course train --recipe resnet`. Dropout,
# from lesson 3, makes a network hold in another way: no neuron may rely on its neighbour.
#
# ## 5. How fast may it learn?
#
# No number matters more: too small, and nothing happens; too large, and the loss blows up. Try some,
# with all else equal. **Predict:** at which of 1e-5, 1e-3, 1e-1 and 10 is the loss lowest?
# Write `learning_rate_sweep`: a dict from each rate to the loss at the last batch, the one that its
# step begins with; inf where it blew up. Every rate gets a fresh model, all with the same first
# weights (each call of `make_model` draws others), and one Adam step a batch.


# %% nbgrader={"grade": false, "grade_id": "learning_rate_sweep", "locked": false, "schema_version": 3, "solution": true, "task": false}
def learning_rate_sweep(
    make_model: Callable[[], nn.Module], batches: Iterable[Batch], rates: Sequence[float]
) -> dict[float, float]:
    """Train the same first weights at each rate; return the last loss, inf where it blew up."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-learning_rate_sweep", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check("learning_rate_sweep")

# %% tags=["experiment"]
batches = Batches(mnist.train_images[:1600], mnist.train_labels[:1600], 64)
rates = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 10.0]
losses = working("learning_rate_sweep")(DigitCNN, list(batches), rates)
figure = Figure(figsize=(5, 3), layout="constrained")
axes = figure.subplots()
axes.plot(losses.keys(), losses.values(), "o-")
axes.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="loss at the last batch")
best = min(losses, key=losses.get)
with_alt(
    figure, f"Loss against learning rate: a valley, lowest at {best:g} with {losses[best]:.2f}."
)

# %% [markdown]
# ## 6. A network that holds
#
# The exam: digits it has not seen, shifted by up to 3 pixels, turned by up to 35 degrees, scaled by
# 0.7 to 1.1, with a little noise. **Predict:** how well does the network of lesson 4 read them?
# Write `train_robust_cnn`: images in [0, 1] in, a trained network out, which takes such images and
# gives logits. `Batches(..., augment=distort)` serves batches that are distorted anew each epoch.
# (`distort` calls your `random_affine`; you may import that of `mnist_course`.)


# %%
STEPS = 1000  # that training takes at least, however few the images


def distort(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shift, turn and scale each image about as far as it can still be read."""
    return random_affine(images, 3, 30, (0.75, 1.2), generator)


# %% nbgrader={"grade": false, "grade_id": "train_robust_cnn", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_robust_cnn(train_images: Tensor, train_labels: Tensor, seed: int = 0) -> nn.Module:
    """Train the reference network on images that are shifted, turned and scaled anew each epoch."""
    # Write this part, then take the next line out.
    raise NotImplementedError


# %% nbgrader={"grade": true, "grade_id": "check-train_robust_cnn", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
check("train_robust_cnn")

# %% tags=["experiment"]
tilts, part = [0, 10, 20, 30, 40], slice(0, 1000)
figure = Figure(figsize=(5, 3), layout="constrained")
axes, turn, ends = figure.subplots(), working("rotate"), []
for name, train in (("plain", train_digit_cnn), ("robust", working("train_robust_cnn"))):
    model = train(mnist.train_images[:6000], mnist.train_labels[:6000])
    with torch.no_grad():
        reads = [model(turn(mnist.test_images[part], tilt)).argmax(dim=1) for tilt in tilts]
    shares = [(read == mnist.test_labels[part]).float().mean().item() for read in reads]
    axes.plot(tilts, shares, "o-", label=name)
    ends.append(f"{name} from {shares[0]:.0%} to {shares[-1]:.0%}")
axes.set(xlabel="turned by degrees", ylabel="share read")
axes.legend()
with_alt(figure, f"Share of digits read, upright and turned by 40 degrees: {', '.join(ends)}.")

# %% [markdown]
# ## What you take with you
# - A distortion that leaves the label true is a new example: draw it anew for each image and epoch.
# - Batch norm measures in training and remembers in evaluation; sweep the rate with all else equal.
# - See [augmentation.py](../mnist_course/augmentation.py) and [layers.py](../mnist_course/layers.py).
