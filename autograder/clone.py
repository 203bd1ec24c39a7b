"""This clone of the course: where a learner's files lie, and what people call lessons.

Nothing heavy is imported: `autograder` alone says where you are in a tenth of a second.
"""

import ast
import difflib
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.syllabus import LESSONS, asked_for, lesson_of, names_of
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from autograder.cells import Cell

CODE = Path(__file__).resolve().parent.parent  # where this very code lies
KINDS = (".py", ".ipynb")
HOME = "AUTOGRADER_HOME"  # names the user's folder in place of the usual one


def root() -> Path:
    """Return the clone that the working folder is in; anywhere else, the one this code is from."""
    here = Path.cwd()
    return next((at for at in (here, *here.parents) if _is_clone(at)), CODE)


def _is_clone(folder: Path) -> bool:
    lessons = folder / "lessons"
    return any((lessons / f"{lesson}{kind}").exists() for lesson in LESSONS for kind in KINDS)


def lessons_folder() -> Path:
    """Return the folder that a learner edits."""
    return root() / "lessons"


def home() -> Path:
    """Return the user's own folder for this clone: what is remembered of it lies there."""
    if named := os.environ.get(HOME):
        return Path(named).absolute()
    if _own_folder() is None:
        return root() / ".autograder"
    import platformdirs

    place = str(root())
    name = f"{root().name}-{hashlib.sha256(place.encode()).hexdigest()[:8]}"
    return Path(platformdirs.user_data_dir("mnist-course", appauthor=False)) / "clones" / name


def shown(path: Path) -> str:
    """Return a path as one would type it here, or with ~ for the home folder."""
    for base, sign in ((Path.cwd(), ""), (_own_folder(), "~/")):
        if base and path.is_relative_to(base) and path != base:
            return sign + path.relative_to(base).as_posix()
    return str(path)


def _own_folder() -> Path | None:
    """Return the user's home; in some containers a user has none."""
    try:
        return Path.home()
    except RuntimeError:
        return None


# ---- a learner's file ----------------------------------------------------------------------------


def lesson_files(lesson: str) -> list[Path]:
    """Return what there is of a lesson: in the working folder, or else where lessons lie."""
    here = [] if Path.cwd() == root() / "solutions" else [Path.cwd()]
    for folder in (*here, lessons_folder()):
        found = [folder / f"{lesson}{kind}" for kind in KINDS]
        if any(path.is_file() for path in found):
            return [path for path in found if path.is_file()]
    return []


def learners_file(lesson: str) -> Path:
    """Return the file that the learner works in: of two, the one with work in it, or the newer."""
    found = lesson_files(lesson)
    if not found:
        raise CourseError(
            f"There is no {lesson}.py or .ipynb in {shown(lessons_folder())}. It can be had back: "
            f"autograder reset {lesson}"
        )
    return max(found, key=lambda path: (has_work(path, lesson), path.stat().st_mtime_ns))


def has_work(path: Path, lesson: str) -> bool:
    """Tell whether any exercise of a file was begun."""
    from autograder.submission import NoSubmissionError, read

    try:
        return begun(read(path.resolve()).cells, lesson)
    except NoSubmissionError:
        return False


def begun(cells: Iterable["Cell"], lesson: str) -> bool:
    """Tell whether any exercise of a lesson was begun in these cells."""
    sources = {cell.grade_id: cell.source for cell in cells}
    return any(name in sources and not is_stub(sources[name]) for name in names_of(lesson))


def is_stub(source: str) -> bool:
    """Tell whether a cell is as the lesson brings it: nothing of its part is written yet."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(map(_is_unwritten, body))


def _is_unwritten(node: ast.stmt) -> bool:
    """Tell so of a function that begins by raising, and of a class with such a method."""
    if isinstance(node, ast.ClassDef):
        return any(isinstance(p, ast.FunctionDef) and _is_unwritten(p) for p in node.body)
    if isinstance(node, ast.FunctionDef):
        begun = (part for part in node.body if not isinstance(part, ast.Expr))  # texts, super()
        return _raises(next(begun, None))
    return _raises(node)


def _raises(node: ast.stmt | None) -> bool:
    return isinstance(node, ast.Raise) and ast.unparse(node) == "raise NotImplementedError"


# ---- what people type ----------------------------------------------------------------------------


def understood(text: str) -> tuple[str, str | None]:
    """Return the lesson that is meant, and the exercise if it is one; say so if it is neither."""
    names, wanted, lower = list(asked_for()), text.strip(), text.strip().lower()
    exact = [name for name in names if name == wanted]  # Conv2d and conv2d are two
    if found := exact or [name for name in names if name.lower() == lower]:
        return lesson_of(found[0]), found[0]
    stem = re.sub(r"\.(py|ipynb)$", "", lower.replace("\\", "/").rpartition("/")[2])
    for lesson in LESSONS:
        number, _, words = lesson.partition("_")
        if stem in (lesson, number, number.lstrip("0"), words):
            return lesson, None
    close = difflib.get_close_matches(text, [*LESSONS, *names], n=1, cutoff=0.5)
    guess = f" Did you mean {close[0]}?" if close else ""
    raise CourseError(
        f"There is no lesson or exercise {text!r}.{guess} `autograder list` shows all."
    )
