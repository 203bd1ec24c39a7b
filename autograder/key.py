"""The key to one grading: the inputs that its seed draws, what is right for them, and what wrong.

It stays on the trusted side. Many submissions that are graded by one seed share one key.
"""

import zlib
from dataclasses import dataclass, field
from typing import Any

from autograder.attempt import Outcome, attempt
from autograder.draw import Draw
from autograder.exercise import Case, Exercise, Misconception
from autograder.probes import Inputs


@dataclass
class Key:
    """Works each thing out once, when it is first asked for."""

    seed: int
    data: str = "digits"
    _drawn: dict[tuple[str, str], Inputs] = field(default_factory=dict)
    _right: dict[tuple[str, str], Any] = field(default_factory=dict)
    _wrong: dict[tuple[str, str, str], Outcome] = field(default_factory=dict)

    def inputs(self, exercise: Exercise, case: Case) -> Inputs:
        """Return what this case hands over."""
        place = exercise.name, case.name
        if place not in self._drawn:
            self._drawn[place] = case.draw(Draw(self.seed, *place, data=self.data))
        return self._drawn[place]

    def luck(self, case: Case) -> int:
        """Return the seed of the random numbers that an answer may draw."""
        return (self.seed + zlib.crc32(case.name.encode())) % 2**31

    def expected(self, exercise: Exercise, case: Case) -> Any:
        """Return what is right."""
        place = exercise.name, case.name
        if place not in self._right:
            self._right[place] = self._expected(exercise, case)
        return self._right[place]

    def _expected(self, exercise: Exercise, case: Case) -> Any:
        inputs = self.inputs(exercise, case)
        if case.expect is not None:
            return case.expect(inputs)
        outcome = attempt(exercise.reference, case.probe, inputs, limit=60, seed=self.luck(case))
        if outcome.trouble:
            raise RuntimeError(
                f"the reference of {exercise.name} fails its own check {case.name!r}: "
                f"{outcome.message}"
            )
        return outcome.value

    def wrong(self, misconception: Misconception, exercise: Exercise, case: Case) -> Outcome:
        """Return what a mistake makes of this case."""
        place = misconception.code, exercise.name, case.name
        if place not in self._wrong:
            self._wrong[place] = attempt(
                misconception.wrong, case.probe, self.inputs(exercise, case),
                limit=case.limit, seed=self.luck(case),
            )  # fmt: skip
        return self._wrong[place]
