"""`check` and `working`, for the cells of a lesson."""

import difflib
import secrets
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.cells import checks_are_off
from autograder.exercise import Exercise, Verdict
from autograder.exercises import all_exercises
from autograder.grading import grade
from autograder.report import as_html, as_text
from autograder.runner import InProcess

_verdicts: dict[str, tuple[Any, Verdict]] = {}  # by exercise: what was graded last, and how


def check(what: Any) -> float:
    """Check an exercise, by name or as the object itself; show the verdict, return the points.

    The points are the last value of the cell, which is what nbgrader takes as partial credit.
    """
    if checks_are_off():
        return 0.0
    found = _asked_for(what, sys._getframe(1).f_globals)
    if found is None:
        return 0.0
    verdict = _grade(*found)
    _show(verdict)
    _remember(verdict)
    return float(verdict.score)


def working(what: Any) -> Any:
    """Return the learner's own where it is right, and otherwise the course's, saying so."""
    found = _asked_for(what, sys._getframe(1).f_globals)
    if found is None:
        raise ValueError(f"there is no exercise {what!r}")
    exercise, namespace = found
    answer = namespace.get(exercise.name)
    last = _verdicts.get(exercise.name)
    verdict = last[1] if last and last[0] is answer else _grade(exercise, namespace)
    if verdict.status == "correct":
        return answer
    print(f"{exercise.name} is not solved yet: the course's own stands in for it here.")
    return exercise.reference


def _grade(exercise: Exercise, namespace: Mapping[str, Any]) -> Verdict:
    verdict = grade(exercise, InProcess(namespace), seed=secrets.randbits(31))
    _verdicts[exercise.name] = (namespace.get(exercise.name), verdict)
    return verdict


def _remember(verdict: Verdict) -> None:
    """Let `autograder` know of it, where this is a learner's lesson; a failure spoils nothing."""
    from autograder import clone
    from autograder.learner import progress

    with suppress(OSError):
        if Path.cwd() in (clone.root(), clone.lessons_folder()):
            progress.note(verdict.name, verdict.score, verdict.status)


def _asked_for(
    what: Any, namespace: Mapping[str, Any]
) -> tuple[Exercise, Mapping[str, Any]] | None:
    """Return the exercise, and the namespace to find its answer in; say so if there is none."""
    name = what if isinstance(what, str) else getattr(what, "__name__", repr(what))
    exercise = all_exercises().get(name)
    if exercise is not None:
        return exercise, namespace if isinstance(what, str) else {name: what}
    close = difflib.get_close_matches(name, all_exercises(), n=1)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    print(f"There is no exercise {name!r}.{meant}")
    return None


def _show(verdict: Verdict) -> None:
    """Show the verdict as the place allows: rich in a notebook, plain in a terminal."""
    if _in_notebook():
        from IPython.display import display

        bundle = {"text/html": as_html(verdict), "text/plain": as_text(verdict)}
        display(bundle, raw=True)
    else:
        print(
            as_text(verdict)
            .encode(sys.stdout.encoding or "utf-8", "replace")
            .decode(sys.stdout.encoding or "utf-8")
        )


def _in_notebook() -> bool:
    """Tell whether a kernel runs this; IPython is not imported to find out."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return bool(shell and hasattr(shell, "kernel"))
