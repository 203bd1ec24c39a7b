"""One training as a thing that can be stopped, saved, and taken up again."""

import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from mnist_course import checkpoints as files
from mnist_course.data import Batches, Dataset, train_val_split
from mnist_course.errors import CourseError
from mnist_course.recipes import RECIPES, Recipe
from mnist_course.training import Tally, seeded, train_epoch, validate

MNIST_SIZE = 60_000  # in which the recipes count their epochs
EVALUATION_BATCH = 1000
OUTPUTS = 10  # of every network of the course


@dataclass(frozen=True)
class Settings:
    """Everything that decides the result of a run, but for its data."""

    recipe: str
    epochs: int
    batch_size: int
    lr: float
    seed: int
    validation: float

    @classmethod
    def of(cls, recipe: Recipe, images: int, **changes: Any) -> "Settings":
        """Take a recipe's own settings, but for what is given and not None.

        A small data set is gone through more often, so that the number of steps stays.
        """
        epochs = recipe.epochs * max(1, round(MNIST_SIZE / images))
        own = {"epochs": epochs, "seed": 0} | {
            key: getattr(recipe, key) for key in ("batch_size", "lr", "validation")
        }
        return cls(recipe.name, **own | {k: v for k, v in changes.items() if v is not None})

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise CourseError(f"A run needs at least one epoch, not {self.epochs}.")
        if self.batch_size < 2:
            raise CourseError(f"A batch needs at least two images, not {self.batch_size}.")
        if not 0 < self.lr < float("inf"):
            raise CourseError(f"The learning rate must be positive, not {self.lr}.")
        if not 0 <= self.validation < 1:
            raise CourseError(f"The validation share must lie in [0, 1), not {self.validation}.")


class Scheduled:
    """An optimizer whose learning rate follows the recipe's schedule, step by step."""

    def __init__(
        self, inner: torch.optim.Optimizer, recipe: Recipe, settings: Settings, steps: int
    ) -> None:
        self.inner, self.recipe, self.settings, self.steps_an_epoch = inner, recipe, settings, steps
        self.done = 0  # steps so far

    def step(self) -> None:
        """Set the rate of this moment, and move."""
        factor = self.recipe.schedule(self.done / self.steps_an_epoch, self.settings.epochs)
        for group in self.inner.param_groups:
            group["lr"] = self.settings.lr * factor
        self.inner.step()
        self.done += 1

    def zero_grad(self) -> None:
        """Forget the gradients of the step before."""
        self.inner.zero_grad()


class HalfPrecision(nn.Module):
    """A network that computes in bfloat16 while it learns; its weights stay float32."""

    def __init__(self, network: nn.Module, device: torch.device) -> None:
        super().__init__()
        self.network, self.device_type = network, device.type

    def forward(self, x: Tensor) -> Tensor:
        """Compute the logits in half precision; the loss after them is computed in full."""
        with torch.autocast(self.device_type, torch.bfloat16):
            logits: Tensor = self.network(x)
        return logits.float()


def has_fast_bfloat16(device: torch.device) -> bool:
    """Tell whether half precision pays here; elsewhere it is emulated, and slower."""
    if device.type == "cpu":
        # torch < 2.7 cannot tell
        capabilities = (
            torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
        )
        return bool(capabilities.get("avx512_bf16", False))
    return device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)


class Run:
    """Network, optimizer, batches, random numbers and history: all that a run is, at any moment."""

    def __init__(self, settings: Settings, data: Dataset, device: torch.device) -> None:
        self.settings, self.data, self.device = settings, data, device
        self.recipe = RECIPES[settings.recipe]
        output_names(data)  # refuses what has more classes than the network has outputs
        with seeded(settings.seed):
            self.network = self.recipe.network().to(device)
            self.random_state = _random_state(device)
        if self.recipe.channels_last:
            self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        half = self.recipe.bfloat16 and has_fast_bfloat16(device)
        self.learner = HalfPrecision(self.network, device) if half else self.network
        self.batches, self.held_out = self._batches()
        inner = self.recipe.optimizer(self.network.parameters(), settings.lr)
        self.optimizer = Scheduled(inner, self.recipe, settings, len(self.batches))
        self.history: list[dict[str, Any]] = []
        self.best: dict[str, Tensor] = {}
        self.best_epoch = 0  # counted from 1; 0 while there is none
        self.interrupted: dict[str, Any] = {}  # what the epoch that was broken off had seen

    def _batches(self) -> tuple[Batches, Batches | None]:
        s, images, labels = self.settings, self.data.train_images, self.data.train_labels
        held_out = None
        if s.validation:
            kept, away = split_originals(labels, self.data.copies, s.validation, s.seed)
            held_out = self._whole(images[away], labels[away]) if len(away) else None
            images, labels = images[kept], labels[kept]
        if len(labels) % s.batch_size == 1:  # batch norm cannot learn from a batch of one image
            images, labels = images[:-1], labels[:-1]
        if len(labels) == 0:
            raise CourseError(f"There are too few images to learn from in {self.data.source}.")
        batches = Batches(
            images.to(self.device), labels.to(self.device), s.batch_size,
            shuffle=True, seed=s.seed, augment=self.recipe.augment,
        )  # fmt: skip
        return batches, held_out

    def _whole(self, images: Tensor, labels: Tensor) -> Batches:
        return Batches(images.to(self.device), labels.to(self.device), EVALUATION_BATCH)

    def learn_one_epoch(self, tally: Tally) -> None:
        """Train for one epoch, or the rest of one that was broken off; add it to the history."""
        wall, cpu = time.perf_counter(), time.process_time()
        earlier = self.interrupted
        self.batches.epoch, self.batches.first = len(self.history), earlier.get("batches", 0)
        with torch.random.fork_rng(devices=_cuda_devices(self.device)):
            _set_random_state(self.random_state, self.device)
            try:
                loss, accuracy = train_epoch(
                    self.learner,
                    self.optimizer,
                    self.batches,
                    self.device,
                    self.recipe.criterion,
                    tally,
                )
            finally:
                self.random_state = _random_state(self.device)
                self.interrupted = {
                    "batches": self.optimizer.done - len(self.history) * len(self.batches),
                    "loss_sum": tally.loss_sum,
                    "correct": tally.correct,
                    "count": tally.count,
                    "seconds": earlier.get("seconds", 0) + time.perf_counter() - wall,
                    "cpu_seconds": earlier.get("cpu_seconds", 0) + time.process_time() - cpu,
                }
        figures = {"epoch": len(self.history) + 1, "train_loss": loss, "train_accuracy": accuracy}
        figures |= {key: self.interrupted[key] for key in ("seconds", "cpu_seconds")}
        self.interrupted = {}
        self.history.append(figures | self._validation())
        self._keep_if_best()

    def _validation(self) -> dict[str, float]:
        if self.held_out is None:
            return {}
        loss, accuracy = validate(self.network, self.held_out, self.device)
        return {"val_loss": loss, "val_accuracy": accuracy}

    def test(self) -> dict[str, float]:
        """Measure the network as it is on the test set."""
        tests = self._whole(self.data.test_images, self.data.test_labels)
        loss, accuracy = validate(self.network, tests, self.device)
        return {"test_loss": loss, "test_accuracy": accuracy}

    def _keep_if_best(self) -> None:
        """Keep the epoch of the lowest validation loss, or the last where the recipe plans for it.

        The loss, not the accuracy: over 5,000 images the accuracy of two good epochs differs
        mostly by luck.
        """
        if self.best and not self.recipe.keep_last and self.held_out is not None:
            best_so_far = self.history[self.best_epoch - 1]["val_loss"]
            if not self.history[-1]["val_loss"] <= best_so_far:  # NaN is never better
                return
        self.best_epoch = len(self.history)
        self.best = {name: t.detach().clone() for name, t in self.network.state_dict().items()}

    def use_best(self) -> None:
        """Put the weights of the chosen epoch back into the network."""
        self.network.load_state_dict(self.best)
        self.network.eval()

    def save(self, path: Path) -> None:
        """Write everything that going on needs into one file."""
        tensors = {
            **files.with_prefix("network", self.network.state_dict()),
            **files.with_prefix("best", self.best),
            **files.with_prefix("optimizer", files.optimizer_tensors(self.optimizer.inner)),
            **files.with_prefix("random", self.random_state),
        }
        about = {
            "settings": asdict(self.settings),
            "data": fingerprint(self.data),
            "steps": self.optimizer.done,
            "history": self.history,
            "best_epoch": self.best_epoch,
            "interrupted": self.interrupted,
        }
        files.write_tensors(path, tensors, about)

    @classmethod
    def load(cls, path: Path, data: Dataset, device: torch.device) -> "Run":
        """Read what `save` wrote; the data must be the same."""
        tensors, about = files.read_tensors(path)
        run = cls(saved_settings(about, path), data, device)
        if about["data"] != fingerprint(data):
            raise files.CheckpointError(
                f"{path} was trained on {about['data']}, but the data found now is "
                f"{fingerprint(data)}."
            )
        files.restore(run.network, files.without_prefix("network", tensors), path)
        files.restore_optimizer(run.optimizer.inner, files.without_prefix("optimizer", tensors))
        run.best = {k: t.to(device) for k, t in files.without_prefix("best", tensors).items()}
        run.random_state = files.without_prefix("random", tensors)
        run.optimizer.done, run.history = about["steps"], about["history"]
        run.best_epoch, run.interrupted = about["best_epoch"], about["interrupted"]
        return run


def output_names(data: Dataset) -> tuple[str, ...]:
    """Name each of the ten outputs of a network; a data set may have fewer classes, not more."""
    count = len(data.classes)
    if count > OUTPUTS:
        raise CourseError(
            f"The networks have {OUTPUTS} outputs, but {data.name} has {count} classes."
        )
    return data.classes + tuple(f"({n})" for n in range(count, OUTPUTS))


def split_originals(labels: Tensor, copies: int, share: float, seed: int) -> tuple[Tensor, Tensor]:
    """Return which images to train on and which to hold out: all copies of a picture together."""
    originals = len(labels) // copies
    train, _, held_out, _ = train_val_split(
        torch.arange(originals), labels[:originals], share, seed
    )
    rounds = originals * torch.arange(copies)[:, None]
    return (train + rounds).flatten(), (held_out + rounds).flatten()


def saved_settings(about: dict[str, Any], path: Path) -> Settings:
    """Return the settings that a checkpoint was trained with."""
    settings = about.get("settings") or {}
    if settings.get("recipe") not in RECIPES:
        raise files.CheckpointError(f"{path} is not a checkpoint of a training of this course.")
    return Settings(**settings)


def fingerprint(data: Dataset) -> str:
    """Describe a data set so that another one is noticed."""
    total = data.train_images.sum(dtype=torch.float64).item()
    return f"{len(data.train_labels)} images of brightness {total:.1f}"


def _cuda_devices(device: torch.device) -> Iterable[torch.device]:
    return [device] if device.type == "cuda" else []


def _random_state(device: torch.device) -> dict[str, Tensor]:
    state = {"cpu": torch.get_rng_state()}
    return state | {"cuda": torch.cuda.get_rng_state(device)} if device.type == "cuda" else state


def _set_random_state(state: dict[str, Tensor], device: torch.device) -> None:
    torch.set_rng_state(state["cpu"])
    if "cuda" in state and device.type == "cuda":
        torch.cuda.set_rng_state(state["cuda"], device)
