"""Fresh inputs, drawn from a seed that the grader keeps."""

import zlib
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")


class Draw:
    """Draws inputs for one case: the same seed and names, the same inputs."""

    def __init__(self, seed: int, *names: str, data: str = "digits") -> None:
        import numpy as np

        self.rng = np.random.default_rng([seed, zlib.crc32("/".join(names).encode())])
        self.data = data  # the data set that minimum accuracies are measured on

    def normal(self, *shape: int) -> Any:
        """Draw a float32 tensor about zero."""
        import torch

        return torch.from_numpy(self.rng.standard_normal(shape, dtype="float32"))

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Any:
        """Draw a float32 tensor between low and high."""
        import torch

        return torch.from_numpy(self.rng.uniform(low, high, shape).astype("float32"))

    def images(self, n: int, height: int = 28, width: int = 28) -> Any:
        """Draw images as the course has them: float32 (n, 1, height, width) in [0, 1]."""
        return self.uniform(n, 1, height, width)

    def bytes(self, *shape: int) -> Any:
        """Draw a numpy array of unsigned bytes."""
        return self.rng.integers(0, 256, shape, dtype="uint8")

    def labels(self, n: int, classes: int = 10) -> Any:
        """Draw int64 labels; every class occurs where n allows it."""
        import numpy as np
        import torch

        labels = np.resize(np.arange(classes), n)
        self.rng.shuffle(labels)
        return torch.from_numpy(labels.astype("int64"))

    def integer(self, low: int, high: int) -> int:
        """Draw a whole number from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def number(self, low: float, high: float) -> float:
        """Draw a number between low and high."""
        return float(self.rng.uniform(low, high))

    def choice(self, options: Sequence[T]) -> T:
        """Draw one of the options."""
        return options[int(self.rng.integers(len(options)))]

    def seed(self) -> int:
        """Draw a seed to hand to code that takes one."""
        return self.integer(0, 2**31 - 1)
