"""Train a recipe and keep what came of it: the table, the checkpoints, the files at the end.

A validation split chooses the epoch; the test set is spent once, at the end.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mnist_course import checkpoints as files
from mnist_course.data import Dataset
from mnist_course.errors import CourseError
from mnist_course.model import count_parameters
from mnist_course.progress import Interruption, Stopped, Watched, header, row
from mnist_course.runs import Run, Settings
from mnist_course.training import find_device

CHECKPOINT_FILE = "checkpoint.safetensors"
HISTORY_FILE = "history.json"
HISTORY_PLOT = "history.png"


@dataclass(frozen=True)
class Result:
    """A trained network at its chosen epoch, and how it came about."""

    network: nn.Module
    history: list[dict[str, Any]]
    chosen_epoch: int
    test: dict[str, float]


def train(
    settings: Settings,
    data: Dataset,
    folder: Path | None = None,
    *,
    resume: bool = False,
    device: torch.device | None = None,
    log_every: int = 0,
    test_each_epoch: bool = False,
    spend_test: bool = True,
    say: Callable[[str], None] = print,
) -> Result:
    """Train by a recipe; with a folder, save as it goes and leave network and history there."""
    device = device or find_device()
    if folder and resume:
        run = Run.load(folder / CHECKPOINT_FILE, data, device)
    else:
        run = Run(settings, data, device)
    say(_opening(run))
    if not run.history and not run.interrupted:
        _save(run, folder)  # a kill from here on can be resumed
    with Interruption() as interruption:
        for figures in run.history:
            say(row(str(figures["epoch"]), figures))
        while len(run.history) < run.settings.epochs:
            try:
                _one_epoch(run, interruption, log_every, say)
            except Stopped:
                _save(run, folder)
                raise
            if test_each_epoch:
                run.history[-1] |= run.test()
            say(row(str(len(run.history)), run.history[-1]))
            _save(run, folder)
            interruption.check()
        run.use_best()
        test = run.test() if spend_test else {}
        say(row("final", test) + f"   (the network after epoch {run.best_epoch})")
        result = Result(run.network, run.history, run.best_epoch, test)
        if folder:
            _finish(run, result, folder)
    return result


def _opening(run: Run) -> str:
    s, size = run.settings, count_parameters(run.network)
    return (
        f"Recipe {s.recipe}: {size:,} parameters, {s.epochs} epochs of {len(run.batches)} batches "
        f"of {s.batch_size}, learning rate {s.lr:g}, seed {s.seed}, on {run.device}.\n{header()}"
    )


def _one_epoch(
    run: Run, interruption: Interruption, log_every: int, say: Callable[[str], None]
) -> None:
    watched = Watched(len(run.history), len(run.batches), interruption, log_every, say)
    if run.interrupted:
        watched.go_on_from(
            *(run.interrupted[key] for key in ("batches", "loss_sum", "correct", "count"))
        )
    with watched.bar:
        run.learn_one_epoch(watched)


def _save(run: Run, folder: Path | None) -> None:
    if folder:
        run.save(folder / CHECKPOINT_FILE)


def _finish(run: Run, result: Result, folder: Path) -> None:
    """Leave what others read: the network, the history as JSON, and its plot."""
    about = {
        **asdict(run.settings),
        "data": run.data.name,
        "source": run.data.source,
        "parameters": count_parameters(result.network),
        "chosen_epoch": result.chosen_epoch,
        **result.test,
    }
    files.save_network(folder / files.MODEL_FILE, result.network, about)
    files.write_json(folder / HISTORY_FILE, {**about, "epochs_seen": result.history})
    if run.held_out is not None:
        from mnist_course.plots import plot_history

        plot_history(result.history, run.settings.recipe).savefig(folder / HISTORY_PLOT)


def make_room(folder: Path) -> Path | None:
    """Move an earlier run aside, so that nothing is lost; return where it went.

    What is not a run is somebody's own, and stays where it is.
    """
    folder = folder.resolve()
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    if not any((folder / name).exists() for name in (CHECKPOINT_FILE, files.MODEL_FILE)):
        raise CourseError(f"{folder} is there and holds no training; name another one with --out.")
    number = 1
    while (aside := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return folder.rename(aside)
