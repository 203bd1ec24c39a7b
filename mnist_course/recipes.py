"""Named ways to train a network: each of them the network, and how it learns.

`mnist-course train --recipe NAME` trains any of them; `mnist-course recipes` lists them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from mnist_course.augmentation import random_affine, random_shift
from mnist_course.data.batches import Augmentation
from mnist_course.model import DigitCNN, Residual, Standardize, conv_block

MakeOptimizer = Callable[[Iterable[Tensor], float], torch.optim.Optimizer]
Schedule = Callable[[float, int], float]  # (epochs so far, epochs in all) -> factor of lr


def adam(params: Iterable[Tensor], lr: float) -> torch.optim.Optimizer:
    """Adam with the betas of short trainings: a second moment that remembers 100 steps."""
    return torch.optim.Adam(params, lr, betas=(0.9, 0.99), fused=True)


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
    """Rise in a line for the first quarter, then fall in a line to nothing."""
    done = epoch / epochs
    return min(done / 0.25, (1 - done) / 0.75) + 0.01


def step_down(epoch: float, epochs: int) -> float:  # noqa: ARG001
    """Take off 30% after each epoch."""
    return 0.7 ** int(epoch)


def shift_1(images: Tensor, generator: torch.Generator) -> Tensor:
    """Move each image by at most a pixel."""
    return random_shift(images, 1, generator)


def distort(images: Tensor, generator: torch.Generator) -> Tensor:
    """Shift, turn and scale each image a little."""
    return random_affine(images, 2, 10, (0.9, 1.1), generator)


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
    bfloat16: bool = False  # compute in half the bits, where the processor can
    channels_last: bool = False  # keep the channels of a pixel side by side in memory


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
        *conv_block(1, 32, 3), nn.MaxPool2d(2),
        *conv_block(32, 64, 3), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(64 * 7 * 7, 64), nn.ReLU(), nn.Linear(64, 10),
    )  # fmt: skip


def vgg() -> nn.Module:
    """Stack small kernels: two of 3x3 see as far as one of 5x5, with less to learn."""
    return nn.Sequential(
        *conv_block(1, 16, 3), *conv_block(16, 16, 3), nn.MaxPool2d(2),
        *conv_block(16, 32, 3), *conv_block(32, 32, 3), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(32 * 7 * 7, 10),
    )  # fmt: skip


def resnet() -> nn.Module:
    """Go deeper by shortcuts around every pair of convolutions."""

    def block(channels: int) -> list[nn.Module]:
        convolve = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        return [
            Residual(*conv_block(channels, channels, 3), convolve, nn.BatchNorm2d(channels)),
            nn.ReLU(),
        ]

    return nn.Sequential(
        *conv_block(1, 16, 3), nn.MaxPool2d(2), *block(16),
        *conv_block(16, 32, 3), nn.MaxPool2d(2), *block(32),
        *conv_block(32, 64, 3), *block(64), nn.AdaptiveAvgPool2d(1),
        nn.Flatten(), nn.Linear(64, 10),
    )  # fmt: skip


def pytorch_example() -> nn.Module:
    """Build the network of PyTorch's own MNIST example."""
    return nn.Sequential(
        Standardize(),
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(),
        nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(),
        nn.Linear(9216, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
    )  # fmt: skip


_ALL = (
    Recipe(
        "reference", "the network of this course", DigitCNN, epochs=2, batch_size=128, lr=1e-2,
        optimizer=adam, schedule=one_cycle, augment=shift_1, bfloat16=True, channels_last=True,
    ),
    Recipe("classic", "two convolutions, two linear layers", classic, 5, 64, 1e-3),
    Recipe("dropout", "dropout against learning by heart", dropout, 10, 100, 1e-3),
    Recipe("padded", "padding keeps the border", padded, 10, 100, 1e-3),
    Recipe("softmax-output", "the classic mistake: softmax twice", softmax_output, 5, 100, 1e-3),
    Recipe("softmax-mended", "its twin, mended: logits into the loss", small, 5, 100, 1e-3),
    Recipe("sgd", "momentum instead of Adam", small, 5, 64, 1e-2, optimizer=sgd),
    Recipe(
        "batchnorm", "classic, normalised", batchnorm, 3, 128, 5e-3,
        optimizer=adam, schedule=one_cycle,
    ),
    Recipe("vgg", "small kernels, stacked", vgg, 3, 128, 1e-2, optimizer=adam, schedule=one_cycle),
    Recipe("resnet", "shortcuts", resnet, 3, 128, 1e-2, optimizer=adam, schedule=one_cycle),
    Recipe(
        "pytorch-example", "PyTorch's own MNIST example", pytorch_example, 14, 64, 1.0,
        optimizer=adadelta, schedule=step_down,
    ),
)  # fmt: skip

RECIPES = {recipe.name: recipe for recipe in _ALL}
