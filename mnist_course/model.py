"""Lesson 3, continued: the reference network, and the pieces that networks are made of."""

from torch import Tensor, nn


def count_parameters(model: nn.Module) -> int:
    """Count the numbers that training may change."""
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def conv_block(
    in_channels: int,
    out_channels: int,
    kernel_size: int,
    stride: int = 1,
    padding: int = 0,
    pool: bool = False,
) -> list[nn.Module]:
    """Convolve, perhaps pool, normalise, keep what is positive; batch norm brings the bias.

    Pooling comes early: the largest value stays the largest through what follows, which then
    has a quarter of the work.
    """
    convolve = nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding, bias=False)
    pooling = [nn.MaxPool2d(2)] if pool else []
    return [convolve, *pooling, nn.BatchNorm2d(out_channels), nn.ReLU()]


class DigitCNN(nn.Module):
    """The reference: four convolutions, each normalised, then one linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *conv_block(1, 16, kernel_size=5, stride=2),  # 28 -> 12
            *conv_block(16, 32, kernel_size=3, pool=True),  # 12 -> 10 -> 5
            *conv_block(32, 32, kernel_size=3, padding=1),
            *conv_block(32, 64, kernel_size=3),  # 5 -> 3
            nn.Flatten(), nn.Linear(64 * 3 * 3, 10),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        """Turn images (N, 1, 28, 28) into logits (N, 10)."""
        logits: Tensor = self.layers(x)
        return logits


class Standardize(nn.Module):
    """Normalise with MNIST's mean and deviation; for networks that have no batch norm to do it."""

    mean, std = 0.1307, 0.3081

    def forward(self, x: Tensor) -> Tensor:
        """Shift and scale images that lie in [0, 1]."""
        return (x - self.mean) / self.std


class Residual(nn.Module):
    """Add what the body makes of x to x itself: the shortcut that lets deep networks learn."""

    def __init__(self, *body: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(*body)

    def forward(self, x: Tensor) -> Tensor:
        """Compute x + body(x)."""
        y: Tensor = x + self.body(x)
        return y
