"""What an exercise is: what a learner writes, how it is checked, and how people get it wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from autograder.draw import Draw
from autograder.probes import Inputs, Probe, call
from autograder.syllabus import asked_for

Judge = Callable[[Any, Any], str | None]  # (expected, got) -> what is wrong, or None
Status = Literal["correct", "partly", "wrong", "error", "timeout", "missing", "not_attempted"]


def same(expected: Any, got: Any) -> str | None:
    """Compare values; what is heavy is imported when it is needed."""
    from autograder.compare import same_values

    return same_values(expected, got)


@dataclass(frozen=True)
class Case:
    """One check: inputs, drawn anew each time, and how what comes back is judged.

    The probe runs beside the learner's code and returns plain data; the judge runs here. What is
    right is what the same probe returns of the reference, unless `expect` says it outright.
    """

    name: str
    draw: Callable[[Draw], Inputs]
    probe: Probe = call
    judge: Judge = same
    points: int = 1
    care: bool = False  # of kinds, refusals and the like: worth nothing where the values are wrong
    expect: Callable[[Inputs], Any] | None = None
    limit: float = 5.0  # seconds


@dataclass(frozen=True)
class Misconception:
    """A mistake that people really make, as a wrong answer that can be run."""

    code: str
    sentence: str  # what is wrong, said to the learner
    wrong: Any  # the wrong answer: it is given what the learner's is given
    next: str = ""  # what to look at; the first hint where nothing is said
    symptom: Callable[[Mapping[str, Any]], bool] | None = None
    # Where running the wrong answer takes too long: what, by case, the learner's gave.


@dataclass(frozen=True)
class Exercise:
    """One thing that a learner writes."""

    name: str
    asks: str  # in one line
    difficulty: Literal["easy", "medium", "hard"]
    hints: tuple[str, str, str]  # a nudge; the concept, with a page of the book; nearly the code
    reference: Any
    cases: tuple[Case, ...]
    misconceptions: tuple[Misconception, ...]
    forbidden: tuple[str, ...] = ()  # functions and classes of libraries, by name; * is a wildcard
    instead: str = ""  # what may be used in their place

    @property
    def points(self) -> int:
        """Return what a right answer earns."""
        return sum(case.points for case in self.cases)

    @property
    def minutes(self) -> int:
        """Return how long it takes."""
        return asked_for()[self.name].minutes


@dataclass(frozen=True)
class Check:
    """What one case came to."""

    name: str
    score: int
    max_score: int
    status: Status
    message: str = ""


@dataclass(frozen=True)
class Verdict:
    """What an exercise came to."""

    name: str
    score: int
    max_score: int
    status: Status
    misconception: str | None = None
    message: str = ""
    checks: list[Check] = field(default_factory=list)
    where: str = ""  # the file or cell that the graded object stands in
