"""A lesson as learners get it, and as they got it before: from git, or cut from the solutions."""

import ast
from pathlib import Path

from autograder import clone
from autograder.syllabus import names_of
from autograder.upkeep.git import Git
from autograder.upkeep.parts import script_of
from mnist_course.errors import CourseError


def pristine(lesson: str, root: Path | None = None) -> str:
    """Return a lesson's text without anybody's answers, as the course has it."""
    root = root or clone.root()
    git = Git(root)
    commit = git.pulled()
    text = git.text(f"{commit}:./lessons/{lesson}.py") if commit else None
    if text is not None and is_pristine(text, lesson):
        return text
    try:
        return _cut(lesson, root)
    except CourseError:
        known = versions(lesson, root) if text is not None else []
        if not known:
            raise
        return known[0]  # what was committed last holds answers


def is_pristine(text: str, lesson: str) -> bool:
    """Tell whether a text is a lesson of which nothing was answered; a damaged one is not."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    asked = {*names_of(lesson)}
    found = [part for part in script_of(text).parts if part.is_solution or part.grade_id in asked]
    return bool(found) and all(clone.is_stub(part.source) for part in found)


def _cut(lesson: str, root: Path) -> str:
    """Cut a lesson from its solution."""
    from autograder.release import lesson_text

    try:
        return lesson_text(lesson, root / "solutions")
    except Exception as error:  # not there, or broken: in either case there is nothing to cut from
        raise CourseError(
            f"The lesson {lesson} as it was is not to be had: git has no copy of it, and it cannot "
            f"be cut from {clone.shown(root / 'solutions' / f'{lesson}.py')}. Get the course anew, "
            "and bring your work into it: autograder update --from OLD_FOLDER"
        ) from error


def versions(lesson: str, root: Path | None = None) -> list[str]:
    """Return the texts that a lesson had in git, the newest first."""
    git = Git(root or clone.root())
    path = f"lessons/{lesson}.py"
    texts = [git.text(f"{commit}:./{path}") for commit in git.commits_of(path)]
    known = dict.fromkeys(text for text in texts if text is not None)
    return [text for text in known if is_pristine(text, lesson)]
