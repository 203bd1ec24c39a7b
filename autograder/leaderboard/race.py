"""One network of the capstone, measured: on the trusted side, but for what its probe counts."""

import sys
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.compare import numbers
from autograder.draw import Draw
from autograder.exams import exam
from autograder.exercise import Case
from autograder.exercises.capstone import train
from autograder.key import Key
from autograder.leaderboard.board import LESSON, Result
from autograder.marking import without_addresses
from autograder.probes import Inputs
from autograder.probes.capstone import raced
from autograder.sandbox.host import Zygote
from autograder.sandbox.isolated import Isolated
from autograder.submission import Submission
from mnist_course.capstone import BUDGET

SECONDS = 120.0  # of the processor, as for the exercise
SPARE = 5_000  # numbers that may be kept beside parameters: what batch norms remember


def _draw(draw: Draw) -> Inputs:
    return {**exam(draw, test=10_000), "seed": draw.seed(), "module": f"submission_{LESSON}"}


CASE = Case("the race", _draw, raced, limit=SECONDS)
RACE = replace(train, cases=(CASE,), misconceptions=())


def measure(submission: Submission, zygote: Zygote, key: Key) -> Result:
    """Let it build, train and read in a room; all that counts is worked out here."""
    inputs = key.inputs(RACE, CASE)
    runner = Isolated(zygote, submission, LESSON)
    with runner:
        outcome = runner.run(RACE, CASE, inputs, key.luck(CASE))
        guest = runner.guest  # gone, where it had to be stopped
    warnings = [*submission.warnings, *runner.warnings()]
    if outcome.trouble:
        return Result(why=without_addresses(" ".join([outcome.message, *warnings[:1]])))
    if guest is None or guest.ended is None:
        return Result(why="Nobody saw how long it took.")
    return _result(inputs["_labels"], outcome.value, _seconds(guest))


def _seconds(guest: Any) -> float:
    """Return what the kernel says that a guest used, whoever of its processes is meant."""
    seen = guest.used[0] if guest.used else 0.0
    return float(max(seen, guest.ended["cpu"]))


def _result(labels: Any, got: Any, seconds: float) -> Result:
    found = got if isinstance(got, dict) else {}
    logits, parameters, kept = (found.get(name) for name in ("logits", "parameters", "kept"))
    values = numbers(logits)
    if values is None or values.shape != (len(labels), 10):
        return Result(why="The trained network does not return logits of shape (N, 10).")
    if not np.isfinite(values).all():
        return Result(why="Some of its logits are not finite: the training blew up.")
    counts = [n for n in (parameters, kept) if type(n) is int and 0 < n < sys.maxsize]
    if len(counts) < 2:
        return Result(why="Its parameters could not be counted.")
    if counts[0] > BUDGET or counts[1] > BUDGET + SPARE:
        return Result(
            why=f"It keeps {max(counts):,} numbers; {BUDGET:,} parameters are allowed, and "
            f"{SPARE:,} numbers beside them."
        )
    accuracy = float((values.argmax(axis=1) == labels.numpy()).mean())
    return Result(accuracy, max(counts), seconds)
