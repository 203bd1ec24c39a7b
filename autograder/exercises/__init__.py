"""The exercises: one package a lesson."""

from functools import cache
from importlib import import_module

from autograder.exercise import Exercise
from autograder.syllabus import LESSONS, lesson_of

__all__ = ["LESSONS", "all_exercises", "exercises_of", "lesson_of"]


@cache
def exercises_of(lesson: str) -> tuple[Exercise, ...]:
    """Return the exercises of a lesson, in the order in which it asks for them."""
    module = import_module(f"autograder.exercises.{LESSONS[lesson].package}")
    exercises: tuple[Exercise, ...] = module.EXERCISES
    return exercises


def all_exercises() -> dict[str, Exercise]:
    """Return every exercise of the course by its name."""
    return {exercise.name: exercise for lesson in LESSONS for exercise in exercises_of(lesson)}
