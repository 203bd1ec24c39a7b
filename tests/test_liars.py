"""A guest that lies completely earns nothing: old answers, constants, and what it was given."""

from typing import Any

import pytest
import torch

from autograder.attempt import Outcome, attempt
from autograder.exercise import Case, Exercise
from autograder.exercises import all_exercises
from autograder.grading import grade
from autograder.key import Key
from autograder.probes import plain_copy

QUIZ = "diagnosis"  # names what was wrong with given runs: its right answer is always the same
EXERCISES = [e for e in all_exercises().values() if e.name != QUIZ]
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)


class Liar:
    """Answers every check without any code of a learner's."""

    def __init__(self, lie: Any) -> None:
        self.lie = lie

    def run(self, exercise: Exercise, case: Case, inputs: Any, seed: int) -> Outcome:
        return Outcome(self.lie(exercise, case, plain_copy(inputs), seed))

    def where(self, _: Exercise) -> str:
        return ""


def of_another_seed(exercise: Exercise, case: Case, inputs: Any, seed: int) -> Any:
    """Give the right answer, but to what was asked in another grading."""
    old = Key(seed=41)
    found = attempt(
        exercise.reference, case.probe, old.inputs(exercise, case), limit=90, seed=old.luck(case)
    )
    return found.value


def what_it_was_given(exercise: Exercise, case: Case, inputs: Any, seed: int) -> Any:
    return inputs["args"][0] if inputs.get("args") else inputs


def points_for(exercise: Exercise, lie: Any) -> dict[str, int]:
    """Grade each check of values by itself."""
    checks = [case for case in exercise.cases if not case.care]
    alone = {c.name: {**vars(exercise), "cases": (c,), "misconceptions": ()} for c in checks}
    return {name: grade(Exercise(**one), Liar(lie), seed=42).score for name, one in alone.items()}


@pytest.mark.slow
@each_exercise
def test_answers_of_an_earlier_grading_earn_nothing(exercise: Exercise) -> None:
    assert grade(exercise, Liar(of_another_seed), seed=42).score == 0


@each_exercise
@pytest.mark.parametrize(
    "value",
    [None, True, 0, 1.0, "ValueError", [], {}, float("nan"), torch.zeros(()), torch.ones(3, 10)],
    ids=repr,
)
def test_constants_earn_nothing(exercise: Exercise, value: Any) -> None:
    assert not any(points_for(exercise, lambda *_: value).values())


@each_exercise
def test_giving_back_what_came_earns_nothing(exercise: Exercise) -> None:
    assert not any(points_for(exercise, what_it_was_given).values())


@pytest.mark.parametrize("exercise", all_exercises().values(), ids=lambda e: e.name)
def test_some_check_of_values_stands_before_those_of_care(exercise: Exercise) -> None:
    assert any(not case.care for case in exercise.cases)
