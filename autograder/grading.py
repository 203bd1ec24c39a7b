"""An exercise and a learner's answer make a verdict. All of it happens on the trusted side."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder.attempt import Outcome
from autograder.compare import brief
from autograder.exercise import Case, Check, Exercise, Misconception, Status, Verdict
from autograder.key import Key
from autograder.probes import Inputs, plain_copy
from autograder.runner import Runner
from autograder.texts import one_line

FORBIDDEN = "forbidden"  # the code where something was used that may not be


@dataclass(frozen=True)
class Trial:
    """One case, what the learner's answer made of it, and what is wrong with that."""

    case: Case
    inputs: Inputs
    outcome: Outcome
    fault: str | None


def grade(
    exercise: Exercise, runner: Runner, seed: int, data: str = "digits", key: Key | None = None
) -> Verdict:
    """Try every case, then put the verdict together."""
    if not exercise.cases:
        raise ValueError(f"{exercise.name} has no checks: nothing was graded")
    key = key or Key(seed, data)
    trials: list[Trial] = []
    for case in exercise.cases:
        over = bool(trials) and trials[-1].outcome.trouble == "timeout"
        trials.append(_skipped(case) if over else _try(exercise, case, runner, key))
    return _verdict(exercise, trials, key, runner.where(exercise))


def passes(exercise: Exercise, runner: Runner, seed: int) -> bool:
    """Tell whether an answer gets all points, and stop at the first case that it does not."""
    key = Key(seed)
    return all(_try(exercise, case, runner, key).fault is None for case in exercise.cases)


def _try(exercise: Exercise, case: Case, runner: Runner, key: Key) -> Trial:
    inputs = key.inputs(exercise, case)
    outcome = runner.run(exercise, case, inputs, key.luck(case))
    fault = outcome.message if outcome.trouble else None
    if not outcome.trouble:
        fault = judged(case, key.expected(exercise, case), outcome.value)
    return Trial(case, inputs, outcome, fault and one_line(fault))


def _skipped(case: Case) -> Trial:
    outcome = Outcome(trouble="timeout", message="It was not tried: the one before ran too long.")
    return Trial(case, {}, outcome, outcome.message)


def judged(case: Case, expected: Any, got: Any) -> str | None:
    """Judge; what a judge cannot even look at is wrong, and never a pass."""
    try:
        return case.judge(expected, got)
    except Exception as error:
        return f"what came back cannot be compared ({type(error).__name__}: {error})"


# ---- the verdict --------------------------------------------------------------------------------


def _verdict(exercise: Exercise, trials: Sequence[Trial], key: Key, where: str) -> Verdict:
    values_right = not any(trial.fault for trial in trials if not trial.case.care)
    barred = next((t for t in trials if t.outcome.trouble == "forbidden"), None)
    checks = [_check(trial, values_right, barred is not None) for trial in trials]
    score = sum(check.score for check in checks)
    status = _status(exercise, trials, score)
    cause = None
    if status in ("wrong", "partly", "error") and barred is None:
        cause = diagnose(exercise, trials, key)
    code = FORBIDDEN if barred else cause.code if cause else None
    message = _message(exercise, trials, status, cause, barred)
    return Verdict(exercise.name, score, exercise.points, status, code, message, checks, where)


def _check(trial: Trial, values_right: bool, barred: bool) -> Check:
    case = trial.case
    counts = (values_right or not case.care) and not barred
    if trial.fault is None and counts:
        return Check(case.name, case.points, case.points, "correct")
    if trial.fault is None:
        why = (
            "not counted: a function was used that may not be"
            if barred
            else ("not counted until the values are right")
        )
        return Check(case.name, 0, case.points, "wrong", why)
    status = _status_of(trial.outcome)
    return Check(case.name, 0, case.points, status, trial.fault)


def _status_of(outcome: Outcome) -> Status:
    if outcome.trouble in ("timeout", "missing", "not_attempted"):
        return outcome.trouble
    return "error" if outcome.trouble == "raised" else "wrong"


def _status(exercise: Exercise, trials: Sequence[Trial], score: int) -> Status:
    if score == exercise.points:
        return "correct"
    troubles = {trial.outcome.trouble for trial in trials}
    if troubles in ({"missing"}, {"not_attempted"}):
        return "missing" if "missing" in troubles else "not_attempted"
    if score > 0:
        return "partly"
    return _status_of(_first_failed(trials).outcome)


def _first_failed(trials: Sequence[Trial]) -> Trial:
    """Return what to mend first: a wrong value before a wrong kind."""
    failed = sorted((t for t in trials if t.fault), key=lambda trial: trial.case.care)
    return failed[0]


# ---- the diagnosis ------------------------------------------------------------------------------


def diagnose(exercise: Exercise, trials: Sequence[Trial], key: Key) -> Misconception | None:
    """Return the misconception that fits all that was seen, or else all values."""
    seen = {t.case.name: t.outcome.value for t in trials if t.outcome.trouble is None}
    by_symptom = [m for m in exercise.misconceptions if m.symptom and _shows(m, seen)]
    if by_symptom:
        return by_symptom[0]
    runnable = [m for m in exercise.misconceptions if not m.symptom]
    values = [trial for trial in trials if not trial.case.care]
    rounds = [trials, values] if any(trial.fault for trial in values) else [trials]
    for some in rounds:
        for misconception in runnable:
            if all(_agrees(misconception, exercise, t, key) for t in _failed_first(some)):
                return misconception
    return None


def _failed_first(trials: Sequence[Trial]) -> list[Trial]:
    return sorted(trials, key=lambda trial: trial.fault is None)


def _shows(misconception: Misconception, seen: dict[str, Any]) -> bool:
    try:
        return bool(misconception.symptom and misconception.symptom(seen))
    except Exception:  # what came back has not even the form that the symptom looks at
        return False


def _agrees(misconception: Misconception, exercise: Exercise, trial: Trial, key: Key) -> bool:
    wrong = key.wrong(misconception, exercise, trial.case)
    theirs = trial.outcome
    if wrong.trouble or theirs.trouble:
        return (wrong.trouble, wrong.raised) == (theirs.trouble, theirs.raised)
    return judged(trial.case, wrong.value, theirs.value) is None


# ---- what is said -------------------------------------------------------------------------------


def _message(
    exercise: Exercise,
    trials: Sequence[Trial],
    status: Status,
    cause: Misconception | None,
    barred: Trial | None,
) -> str:
    if status == "correct":
        return ""
    if barred is not None:
        instead = f" {exercise.instead}" if exercise.instead else ""
        return f"It uses {barred.outcome.raised}, which it may not: write it yourself.{instead}"
    first = _first_failed(trials)
    if status in ("missing", "not_attempted"):
        return f"{first.outcome.message} {exercise.asks}"
    lines = [f"Tried {tried(exercise, first)}.", sentence(first.fault or "")]
    if cause:
        lines.append(cause.sentence)
    lines.append(f"Next: {(cause and cause.next) or _what_next(exercise, first)}")
    return "\n".join(lines)


def _what_next(exercise: Exercise, first: Trial) -> str:
    """Return what to do about a fault that no misconception explains."""
    if first.outcome.trouble == "raised" and " line " in first.outcome.message:
        return "mend the line that is named."
    if first.outcome.trouble == "timeout":
        return "does a loop never end, or go over every pixel where a tensor could be used whole?"
    if first.case.care:  # the values are right
        return "the values are right; see to this as well, as the text above the exercise asks."
    return exercise.hints[0]


def sentence(text: str) -> str:
    """Begin with a capital, end with a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ":", "?")) else ".")


def tried(exercise: Exercise, trial: Trial) -> str:
    """Describe the call: its arguments by name, large ones by their shape."""
    inputs = plain_copy(trial.inputs)
    if "args" not in inputs or trial.case.probe.__module__ != "autograder.probes":
        return trial.case.name
    names = list(inspect.signature(exercise.reference).parameters)
    places = [f"{name} {_short(value)}" for name, value in zip(names, inputs["args"], strict=False)]
    places += [f"{name}={_short(value)}" for name, value in inputs["keywords"].items()]
    return f"{trial.case.name}: {exercise.name}({', '.join(places)})"


def _short(value: Any) -> str:
    """Describe an argument: a large tensor by its shape alone, which is what matters of it."""
    return brief(value).rpartition(" of shape ")[2]
