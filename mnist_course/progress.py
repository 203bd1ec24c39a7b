"""What a run shows while it goes on, and how it is stopped without losing anything."""

import signal
import threading
from collections.abc import Callable, Mapping
from types import FrameType, TracebackType
from typing import Any

from torch import Tensor
from tqdm import tqdm

from mnist_course.training import Tally

COLUMNS = (
    ("train loss", "train_loss"), ("train acc", "train_accuracy"),
    ("val loss", "val_loss"), ("val acc", "val_accuracy"),
    ("test loss", "test_loss"), ("test acc", "test_accuracy"),
)  # fmt: skip


def header() -> str:
    """Return the names of the table's columns."""
    return "  ".join(["epoch", *(f"{title:>10}" for title, _ in COLUMNS), "seconds"])


def row(name: str, figures: Mapping[str, Any]) -> str:
    """Return one line of the table; what was not measured is a dash."""
    cells = (_cell(key, figures.get(key)) for _, key in COLUMNS)
    seconds = f"{figures['seconds']:7.1f}" if "seconds" in figures else " " * 7
    return "  ".join([f"{name:>5}", *cells, seconds]).rstrip()


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return f"{'-':>10}"
    return f"{value:>10.2%}" if key.endswith("accuracy") else f"{value:>10.4f}"


class Stopped(Exception):  # noqa: N818 - not an error: the user asked for it
    """The run ended after a whole batch because somebody asked it to."""


class Interruption:
    """Within its block Ctrl-C, or a polite kill, ends the run after the current batch.

    A second Ctrl-C ends it at once, as it always does.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.asked = False
        self.before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interruption":
        if threading.current_thread() is threading.main_thread():  # others cannot have handlers
            self.before = {number: signal.signal(number, self._ask) for number in self.SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def check(self) -> None:
        """End the run here if somebody asked for it."""
        if self.asked:
            raise Stopped


class Watched(Tally):
    """A tally that shows each batch, and is the place where a run can be stopped."""

    def __init__(
        self,
        epoch: int,
        batches: int,
        interruption: Interruption,
        log_every: int,
        say: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.epoch, self.batches, self.interruption = epoch, batches, interruption
        self.log_every, self.say = log_every, say
        self.done = 0  # batches so far
        self.bar: Any = tqdm(total=batches, desc=f"epoch {epoch + 1}", leave=False, disable=None)

    def go_on_from(self, done: int, loss_sum: float, correct: int, count: int) -> None:
        """Take over what an interrupted epoch had seen."""
        self.done, self.loss_sum, self.correct, self.count = done, loss_sum, correct, count
        self.bar.update(done)

    def add(self, logits: Tensor, labels: Tensor) -> float:
        """Count a batch, show it, and stop here if asked to."""
        loss = super().add(logits, labels)
        self.done += 1
        self.bar.set_postfix(loss=f"{loss:.3f}", refresh=False)
        self.bar.update()
        if self.log_every and self.done % self.log_every == 0:
            with self.bar.external_write_mode():
                self.say(
                    f"epoch {self.epoch + 1}, batch {self.done}/{self.batches}: loss {loss:.4f}"
                )
        self.interruption.check()
        return loss
