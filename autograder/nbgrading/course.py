"""Makes the folder of an nbgrader course of the solved lessons."""

import hashlib
import json
import re
from collections.abc import Iterable
from contextlib import chdir
from pathlib import Path
from typing import Any

from autograder.nbgrading import HERE, find_programs
from autograder.release import SOLUTIONS
from autograder.texts import one_line
from mnist_course.errors import CourseError
from mnist_course.files import write_atomically

CONFIG_FILE = "nbgrader_config.py"
CONFIG = '''\
"""The configuration of this nbgrader course: written once by `autograder release`, yours to change.

Run nbgrader in this folder, and `jupyter lab` for its formgrader.
"""

from pathlib import Path

from autograder.nbgrading import configure

c = get_config()
configure(c)  # notebooks are graded in rooms of their own, and learners get what `lessons/` has

c.CourseDirectory.course_id = "mnist-course"
# Where learners fetch lessons and hand them in: name a folder that all of them can reach.
c.Exchange.root = str(Path(__file__).resolve().parent / "exchange")

# c.IsolatedGrader.seed = 4  # the same inputs in every batch; else each batch draws its own
# c.IsolatedGrader.data = "mnist"  # trained networks are judged on real MNIST
# c.IsolatedGrader.timeout = 600  # seconds for a whole notebook
# c.LateSubmissionPlugin.penalty_method = "zero"  # nbgrader's own, like all that is not named here
'''
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
AWAY = re.compile(r"\[[^\]]*\]\(\.\./([^)]+)\)")  # a link to a file of the clone


def write(folder: Path, lessons: Iterable[str]) -> dict[Path, str]:
    """Write a course, or what is new of it; return each file of a lesson and what became of it."""
    lessons = list(lessons)
    folder.mkdir(parents=True, exist_ok=True)
    done = {}
    for lesson in lessons:
        path = folder / "source" / lesson / f"{lesson}.ipynb"
        done[path] = _write_source(path, lesson)
    config = folder / CONFIG_FILE
    if not config.exists():
        write_atomically(config, CONFIG.encode())
        (folder / "exchange").mkdir(exist_ok=True)
        (folder / "exchange").chmod(0o777)  # as nbgrader wants it
    _enter(folder, lessons)
    return done


def _write_source(path: Path, lesson: str) -> str:
    text = notebook_text(lesson)
    if path.exists():
        before = path.read_bytes()
        if before == text.encode():
            return "as it was"
        if _is_changed(before):
            return "changed by you: left alone"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode())
    return "written"


def notebook_text(lesson: str) -> str:
    """Return a solved lesson as a notebook, with nbgrader's marks; always the same."""
    import jupytext
    import nbformat

    path = SOLUTIONS / f"{lesson}.py"
    if not path.is_file():
        raise CourseError(f"{path} is not there: release works in a clone of the course")
    notebook = jupytext.read(path, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:03}"
        if cell.cell_type == "markdown":  # where the notebook will lie, it leads nowhere
            cell.source = AWAY.sub(r"`\1`", cell.source)
    found = {"written": _digest(notebook.cells)}
    notebook.metadata = {"kernelspec": KERNEL, "autograder": found}
    text: str = nbformat.writes(nbformat.from_dict(notebook))
    return text + "\n"


def _is_changed(content: bytes) -> bool:
    """Tell whether somebody wrote into a notebook that was made here."""
    try:
        found = json.loads(content)
        return bool(_digest(found["cells"]) != found["metadata"]["autograder"]["written"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return True


def _digest(cells: Any) -> str:
    marks = [
        [cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("nbgrader")]
        for cell in cells
    ]
    return hashlib.sha256(json.dumps(marks, sort_keys=True).encode()).hexdigest()


def _enter(folder: Path, lessons: Iterable[str]) -> None:
    """Enter the lessons into the gradebook that the course's configuration names."""
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SQLAlchemyError

    with chdir(folder):
        course = _opened(folder).coursedir
        try:
            with Gradebook(course.db_url, course.course_id) as gradebook:
                for lesson in lessons:
                    gradebook.update_or_create_assignment(lesson)
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            why = one_line(str(getattr(error, "orig", None) or error).partition("\n")[0])
            raise CourseError(
                f"the gradebook that {folder / CONFIG_FILE} names cannot be used: {why}"
            ) from error


def _opened(folder: Path) -> Any:
    """Return nbgrader as it is configured there."""
    from nbgrader.apps import NbGrader

    find_programs()
    app = NbGrader(raise_config_file_errors=True)
    try:
        app.initialize([])
    except Exception as error:  # whatever somebody wrote there
        why = one_line(f"{type(error).__name__}: {error}")
        raise CourseError(f"{folder / CONFIG_FILE} cannot be read: {why}") from error
    return app


def is_ours(folder: Path) -> bool:
    """Tell whether nbgrader grades with this engine there; it had a configuration, perhaps."""
    with chdir(folder):
        steps = _opened(folder).config.Autograde.get("autograde_preprocessors", ())
    return f"{HERE}.IsolatedGrader" in str(steps)
