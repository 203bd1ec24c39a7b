"""Named ways to train a network: each of them the network, and how it learns.

`mnist-course train --recipe NAME` trains any of them; `mnist-course recipes` lists them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from mnist_course.augmentation import elastic, random_affine, random_shift, random_stroke
from mnist_course.data.batches import Augmentation
from mnist_course.model import DigitCNN, Residual, Standardize, conv_block
from mnist_course.training import Criterion, cross_entropy

MakeOptimizer = Callable[[Iterable[Tensor], float], torch.optim.Optimizer]
Schedule = Callable[[float, int], float]  # (epochs so far, epochs in all) -> factor of lr


def adam(params: Iterable[Tensor], lr: float) -> torch.optim.Optimizer:
    """Adam with the betas of short trainings: a second moment that remembers 100 steps."""
    return torch.optim.Adam(params, lr, betas=(0.9, 0.99), fused=True)


def nesterov(params: Iterable[Tensor], lr: float) -> torch.optim.Optimizer:
    """Momentum that looks ahead, and weights that decay: for large rates and falling schedules."""
    return torch.optim.SGD(params, lr, momentum=0.9, nesterov=True, weight_decay=5e-4, fused=True)


def plain_adam(params: Iterable[Tensor], lr: float) -> torch.optim.Optimizer:
    """Adam as it comes."""
    return torch.optim.Adam(params, lr)


def sgd(params: Iterable[Tensor], lr: float) -> torch.optim.Optimizer:
    """Stochastic gradient descent with momentum."""
    return torch.optim.SGD(params, lr, momentum=0.9)


def adadelta(params: Iterable[Tensor], lr: float) -> torch.optim.Optimizer:
    """Adadelta, as PyTorch's own example has it."""
    return torch.optim.Adadelta(params, lr)


def constant(epoch: float, epochs: int) -> float:  # noqa: ARG001
    """Keep the learning rate."""
    return 1.0


def one_cycle(epoch: float, epochs: int) -> float:
    """Rise in a line for a fifth of the time, then fall in a line to nothing."""
    done = epoch / epochs
    return min(0.04 + done / 0.2, (1 - done) / 0.8)


def step_down(epoch: float, epochs: int) -> float:  # noqa: ARG001
    """Take off 30% after each epoch."""
    return 0.7 ** int(epoch)


def smoothed(logits: Tensor, labels: Tensor) -> Tensor:
    """Ask for 91% at the truth and 1% elsewhere: a network that need not be sure errs less."""
    return 0.9 * cross_entropy(logits, labels) - 0.1 * logits.log_softmax(dim=1).mean()


def shift_1(images: Tensor, generator: torch.Generator) -> Tensor:
    """Move each image by at most a pixel."""
    return random_shift(images, 1, generator)


def wobble(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shift, turn and scale each image a little: what a small network can bear."""
    return random_affine(images, 1.2, 8, (0.92, 1.08), generator)


def distort(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shift, turn and scale each image more: what keeps a large one from learning by heart."""
    return random_affine(images, 2, 12, (0.88, 1.12), generator)


def like_photos(images: Tensor, generator: torch.Generator) -> Tensor:
    """Vary what pens, hands and cameras vary: place, slant, shape, and the width of the stroke."""
    distorted = elastic(random_affine(images, 2, 12, (0.85, 1.1), generator), 0.8, generator)
    return random_stroke(distorted, generator)


@dataclass(frozen=True)
class Recipe:
    """A network and how to train it."""

    name: str
    about: str
    network: Callable[[], nn.Module]
    epochs: int  # through MNIST's 60,000 images
    batch_size: int
    lr: float
    optimizer: MakeOptimizer = plain_adam
    schedule: Schedule = constant
    augment: Augmentation | None = None
    criterion: Criterion = cross_entropy
    validation: float = 1 / 12  # share of the training images: 5,000 of MNIST's 60,000
    keep_last: bool = False  # not the best epoch: a falling schedule is made to end well
    bfloat16: bool = False  # compute in half the bits, where the processor can
    channels_last: bool = False  # keep the channels of a pixel side by side in memory
    threads: int | None = None  # on a processor; None leaves it to torch


def classic() -> nn.Module:
    """Two convolutions and two linear layers: what most tutorials build."""
    return nn.Sequential(
        Standardize(),
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1600, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


def dropout() -> nn.Module:
    """Drop whole feature maps and single neurons while learning."""
    return nn.Sequential(
        Standardize(),
        nn.Conv2d(1, 10, 5), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(10, 20, 5), nn.Dropout2d(), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(), nn.Linear(320, 50), nn.ReLU(), nn.Dropout(), nn.Linear(50, 10),
    )  # fmt: skip


def padded() -> nn.Module:
    """Pad the pictures, so that strokes at the border count, too."""
    return nn.Sequential(
        Standardize(),
        nn.Conv2d(1, 10, 5, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(10, 20, 5, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(500, 50), nn.ReLU(), nn.Linear(50, 10),
    )  # fmt: skip


def small() -> nn.Sequential:
    """Two convolutions and one linear layer."""
    return nn.Sequential(
        Standardize(),
        nn.Conv2d(1, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10),
    )  # fmt: skip


def softmax_output() -> nn.Module:
    """End in a softmax, although cross-entropy takes one itself: the classic mistake."""
    return small().append(nn.Softmax(dim=1))


def batchnorm() -> nn.Module:
    """Take the classic network and normalise after each convolution."""
    return nn.Sequential(
        *conv_block(1, 32, 3, pool=True), *conv_block(32, 64, 3, pool=True),
        nn.Flatten(), nn.Linear(1600, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


def vgg() -> nn.Module:
    """Stack small kernels: two of 3x3 see as far as one of 5x5, with less to learn."""
    return nn.Sequential(
        *conv_block(1, 16, 3, padding=1), *conv_block(16, 16, 3, padding=1, pool=True),
        *conv_block(16, 32, 3, padding=1), *conv_block(32, 32, 3, padding=1, pool=True),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10),
    )  # fmt: skip


def resnet() -> nn.Module:
    """Go deeper by shortcuts around every pair of convolutions."""

    def block(channels: int) -> list[nn.Module]:
        convolve = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        body = [*conv_block(channels, channels, 3, padding=1), convolve, nn.BatchNorm2d(channels)]
        return [Residual(*body), nn.ReLU()]

    return nn.Sequential(
        *conv_block(1, 16, 3, pool=True), *block(16),
        *conv_block(16, 32, 3, pool=True), *block(32),
        *conv_block(32, 64, 3), *block(64),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip


def fast() -> nn.Module:
    """Halve the picture at once, and be wide only where it is small."""
    return nn.Sequential(
        *conv_block(1, 8, 5, stride=2), *conv_block(8, 16, 3, pool=True), *conv_block(16, 48, 3),
        nn.Flatten(), nn.Linear(48 * 3 * 3, 10),
    )  # fmt: skip


def tiny() -> nn.Module:
    """Spend parameters on convolutions alone: the last one weighs each channel's places."""
    return nn.Sequential(
        *conv_block(1, 8, 3, pool=True), *conv_block(8, 12, 3),
        *conv_block(12, 14, 3, padding=1, pool=True), *conv_block(14, 16, 3),
        nn.Conv2d(16, 16, 3, groups=16, bias=False), nn.BatchNorm2d(16),
        nn.Flatten(), nn.Linear(16, 10),
    )  # fmt: skip


def best() -> nn.Module:
    """Make it wide, and let distortions keep it from learning by heart."""
    return nn.Sequential(
        *conv_block(1, 32, 3, pool=True), *conv_block(32, 64, 3),
        *conv_block(64, 64, 3, padding=1, pool=True), *conv_block(64, 128, 3, padding=1),
        *conv_block(128, 128, 3), nn.Flatten(), nn.Dropout(0.3), nn.Linear(128 * 3 * 3, 10),
    )  # fmt: skip


def pytorch_example() -> nn.Module:
    """Build the network of PyTorch's own MNIST example."""
    return nn.Sequential(
        Standardize(),
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(),
        nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(),
        nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
    )  # fmt: skip


def _modern(
    name: str, about: str, network: Callable[[], nn.Module], epochs: int, lr: float, **more: Any
) -> Recipe:
    """Fill in what the fast recipes share."""
    shared: dict[str, Any] = {"schedule": one_cycle, "optimizer": nesterov, "augment": shift_1}
    shared |= {"keep_last": True, "bfloat16": True, "channels_last": True}
    shared |= {"threads": 1}  # in small networks they wait for each other more than they work
    shared |= {"validation": 1 / 60}  # where it chooses nothing, it need not be large
    return Recipe(name, about, network, epochs, 128, lr, **{**shared, **more})


_ALL = (
    _modern("reference", "the network of this course", DigitCNN, 2, 0.3, criterion=smoothed),
    _modern("fast", "99% in the least computing time", fast, 1, 0.3, bfloat16=False),
    _modern(
        "tiny", "fewer than 5,000 parameters", tiny, 30, 1e-2, optimizer=adam, augment=wobble
    ),
    _modern(
        "best", "one network, as good as it gets", best, 24, 0.15, augment=distort, threads=None
    ),
    _modern("photos", "the reference, to read photos", DigitCNN, 12, 0.2, augment=like_photos),
    Recipe("classic", "two convolutions, two linear layers", classic, 5, 64, 1e-3),
    Recipe("dropout", "dropout against learning by heart", dropout, 10, 100, 1e-3),
    Recipe("padded", "padding keeps the border", padded, 10, 100, 1e-3),
    Recipe("softmax-output", "the classic mistake: softmax twice", softmax_output, 5, 100, 1e-3),
    Recipe("softmax-mended", "its twin, mended: logits into the loss", small, 5, 100, 1e-3),
    Recipe("sgd", "momentum in place of Adam", small, 5, 64, 1e-2, optimizer=sgd),
    _modern("batchnorm", "classic, normalised", batchnorm, 2, 0.2),
    _modern("vgg", "small kernels, stacked", vgg, 2, 0.2),
    _modern("resnet", "deeper, by shortcuts", resnet, 3, 0.2),
    Recipe(
        "pytorch-example", "PyTorch's own MNIST example", pytorch_example, 14, 64, 1.0,
        optimizer=adadelta, schedule=step_down, keep_last=True, validation=0,  # as it does
    ),
)  # fmt: skip

RECIPES = {recipe.name: recipe for recipe in _ALL}
