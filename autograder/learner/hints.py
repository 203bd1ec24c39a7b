"""Hints, one tier at a time."""

from contextlib import suppress

from autograder.learner import progress
from autograder.learner.standing import standing
from autograder.syllabus import lesson_of


def hints(name: str, again: bool = False) -> list[str]:
    """Return the next hint, or those that were seen, and remember it."""
    from autograder.exercises import exercises_of
    from autograder.report import hint

    lesson = lesson_of(name)
    (exercise,) = [one for one in exercises_of(lesson) if one.name == name]
    most, seen = len(exercise.hints), standing().of(name).hints
    if again or seen == most:
        texts = [f"{tier}. {hint(exercise, lesson, tier)}" for tier in range(1, seen + 1)]
        rest = "" if seen == most else f"autograder hint {name} shows the next."
        end = f"These are all {most}." if seen == most else rest
        return [f"{name}: {seen} of {most} hints seen.", *texts, end]
    with suppress(OSError):  # where nothing can be remembered, the first is given again
        progress.note_hint(name, seen + 1)
    more = f"   (more: autograder hint {name})" if seen + 1 < most else ""
    return [f"{name}, hint {seen + 1} of {most}{more}", hint(exercise, lesson, seen + 1)]
