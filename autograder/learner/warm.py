"""A grader that stays warm: rooms that were built once serve every check that follows.

It isolates as well as this machine can, and says how well that is.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.exercise import Exercise, Verdict
from autograder.sandbox.host import IsolationError, Zygote
from autograder.submission import Submission, read, run
from autograder.syllabus import names_of

MOST_ROOMS = 2  # lessons at a time: each keeps a process with torch in memory
LEVELS = ("full", "process", "none")
Said = dict[str, Any]  # {"verdict": …} for each exercise, then {"over": …}; or {"failed": why}


class Grader:
    """Checks exercises, for as long as it is kept."""

    def __init__(self, alone: bool = False) -> None:
        self.alone = alone  # whether this process is for one check: then it may even run answers
        self.level = 0
        self.why = ""  # there is no better isolation
        self.rooms: dict[str, Zygote] = {}

    def __enter__(self) -> "Grader":
        return self

    def __exit__(self, *_: object) -> None:
        for room in self.rooms.values():
            room.close()

    def check(
        self, path: Path, lesson: str, names: Sequence[str], until_wrong: bool, seed: int | None
    ) -> Iterator[Said]:
        """Check exercises of a file, in this order; say each verdict, then what else there is."""
        room = self._room(lesson)
        from autograder.exercises import all_exercises

        submission, seed = read(path.resolve()), secrets.randbits(31) if seed is None else seed
        exercises = [all_exercises()[name] for name in names]
        if room:
            yield from _isolated(room, submission, lesson, exercises, until_wrong, seed)
        else:
            yield from _here(path, submission, exercises, until_wrong, seed)

    def _room(self, lesson: str) -> Zygote | None:
        """Return a room for a lesson, isolated as well as can be; None where nothing can be."""
        while LEVELS[self.level] != "none":
            try:
                return self._kept(lesson)
            except IsolationError as error:
                self._step_down(str(error))
        if not self.alone:
            raise IsolationError(self.why)
        return None

    def _kept(self, lesson: str) -> Zygote:
        """Return the room that is there, if it still answers, or a new one."""
        room = self.rooms.pop(lesson, None)
        if room and room.process.poll() is not None:
            room.close()
            room = None
        if room is None:
            room = _built(lesson, LEVELS[self.level])
        self.rooms[lesson] = room
        while len(self.rooms) > MOST_ROOMS:
            self.rooms.pop(next(iter(self.rooms))).close()
        return room

    def _step_down(self, why: str) -> None:
        self.level += 1
        self.why = self.why or why


def _built(lesson: str, isolation: str) -> Zygote:
    """Build a room; it imports torch while this process does."""
    room = Zygote(lesson, set(names_of(lesson)), isolation)
    try:
        _prepare()
        room.wait()
    except BaseException:
        room.close()
        raise
    return room


def _prepare() -> None:
    """Import what judges; torch computes on one thread, which is faster for what is small."""
    import torch

    import autograder.exercises
    import autograder.marking

    torch.set_num_threads(1)
    autograder.exercises.all_exercises()


def _isolated(
    room: Zygote,
    submission: Submission,
    lesson: str,
    exercises: Sequence[Exercise],
    until_wrong: bool,
    seed: int,
) -> Iterator[Said]:
    from autograder.key import Key
    from autograder.marking import verdicts_on, without_addresses
    from autograder.sandbox.isolated import Isolated

    with Isolated(room, submission, lesson) as runner:
        yield from _until(verdicts_on(exercises, runner, Key(seed)), until_wrong)
    warnings = [*submission.warnings, *map(without_addresses, runner.warnings())]
    yield _over(room.isolation, seed, warnings, without_addresses(runner.output))


def _here(
    path: Path, submission: Submission, exercises: Sequence[Exercise], until_wrong: bool, seed: int
) -> Iterator[Said]:
    """Run the learner's own file in this process: for machines that can do nothing better."""
    from autograder.key import Key
    from autograder.marking import verdicts_on
    from autograder.runner import InProcess

    done = run(path)
    runner = InProcess(done.namespace, done.troubles)
    yield from _until(verdicts_on(exercises, runner, Key(seed)), until_wrong)
    yield _over("none", seed, submission.warnings, "")


def _until(verdicts: Iterator[Verdict], until_wrong: bool) -> Iterator[Said]:
    for verdict in verdicts:
        yield {"verdict": asdict(verdict)}
        if until_wrong and verdict.status != "correct":
            return


def _over(isolation: str, seed: int, warnings: Sequence[str], output: str) -> Said:
    return {
        "over": {"isolation": isolation, "seed": seed, "warnings": list(warnings), "output": output}
    }
