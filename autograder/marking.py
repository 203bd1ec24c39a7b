"""A learner's file in, a report out."""

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from autograder.exercise import Exercise, Verdict
from autograder.exercises import exercises_of
from autograder.grading import grade
from autograder.key import Key
from autograder.report import Report
from autograder.runner import Runner
from autograder.sandbox.host import Zygote
from autograder.sandbox.isolated import Isolated
from autograder.submission import Submission
from autograder.syllabus import names_of

ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")


def mark(submission: Submission, lesson: str, zygote: Zygote, key: Key) -> Report:
    """Grade a submission in the rooms of a zygote."""
    began = time.monotonic()
    with Isolated(zygote, submission, lesson) as runner:
        verdicts = list(verdicts_on(exercises_of(lesson), runner, key))
    warnings = [*submission.warnings, *_twice(submission, lesson), *runner.warnings()]
    return Report(
        lesson=lesson,
        path=str(submission.path),
        sha256=submission.sha256,
        isolation=zygote.isolation,
        seed=key.seed,
        seconds=time.monotonic() - began,
        verdicts=verdicts,
        warnings=[without_addresses(warning) for warning in warnings],
        output=without_addresses(runner.output),
    )


def verdicts_on(exercises: Iterable[Exercise], runner: Runner, key: Key) -> Iterator[Verdict]:
    """Grade one exercise after the other."""
    for exercise in exercises:
        yield _repeatable(grade(exercise, runner, key.seed, key.data, key))


def without_addresses(text: str) -> str:
    """Leave out where in memory an object lies: it is another place each time."""
    return ADDRESS.sub("0x...", text)


def _repeatable(verdict: Verdict) -> Verdict:
    checks = [replace(check, message=without_addresses(check.message)) for check in verdict.checks]
    return replace(verdict, message=without_addresses(verdict.message), checks=checks)


def _twice(submission: Submission, lesson: str) -> list[str]:
    """Say where a name is defined more than once: the last one counts, as in Python."""
    found = ((name, submission.times_defined(name)) for name in names_of(lesson))
    return [
        f"{name} is defined {times} times: the last one was graded ({submission.place_of(name)})."
        for name, times in found
        if times > 1
    ]
