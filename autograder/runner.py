"""How a learner's code is called. This one calls it in this process, for notebooks and pytest."""

import inspect
from collections.abc import Mapping
from typing import Any, Protocol

from autograder.attempt import Outcome, attempt, shown
from autograder.exercise import Case, Exercise
from autograder.probes import Inputs


class Runner(Protocol):
    """Where a learner's code runs."""

    def run(self, exercise: Exercise, case: Case, inputs: Inputs, seed: int) -> Outcome:
        """Let the case's probe try the learner's answer."""

    def where(self, exercise: Exercise) -> str:
        """Say where the learner's answer stands, or return ''."""


class InProcess:
    """Runs what a namespace holds, right here: nothing is isolated."""

    def __init__(
        self,
        namespace: Mapping[str, Any],
        troubles: Mapping[str, str] | None = None,
        watched: bool = True,
    ) -> None:
        self.namespace = namespace
        self.watched = watched  # whether what may not be used is looked for
        self.troubles = troubles or {}  # by exercise: what its cell raised

    def run(self, exercise: Exercise, case: Case, inputs: Inputs, seed: int) -> Outcome:
        """Let the case's probe try the learner's answer."""
        name = exercise.name
        if name in self.troubles:
            return Outcome(trouble="raised", message=self.troubles[name])
        if name not in self.namespace:
            return Outcome(trouble="missing", message=f"There is no {name} here.")
        forbidden = (exercise.forbidden, name) if self.watched else ((), "")
        return attempt(
            self.namespace[name], case.probe, inputs, limit=case.limit, seed=seed, barred=forbidden
        )

    def where(self, exercise: Exercise) -> str:
        """Say where the learner's answer stands, or return ''."""
        answer = self.namespace.get(exercise.name)
        return "" if answer is None else place_of(answer)


def place_of(answer: Any) -> str:
    """Return "03_conv_layers.py, line 12", or the module of what was not written here."""
    try:
        filename = inspect.getsourcefile(answer) or ""
        line = inspect.getsourcelines(answer)[1]
    except (TypeError, OSError):
        return str(getattr(answer, "__module__", "") or "")
    return f"{shown(filename)}, line {line}"
