"""Hands a lesson in where nbgrader collects: its own code writes into its exchange."""

import os
import tempfile
from pathlib import Path

from autograder.submission import Submission
from autograder.texts import one_line
from mnist_course.errors import CourseError

INBOUND = "inbound"  # where the folder of a course in an exchange takes what is handed in


def is_course(folder: Path) -> bool:
    """Tell whether a folder is that of a course in an exchange of nbgrader."""
    return (folder / INBOUND).is_dir()


def demand_no_courses(folder: Path) -> None:
    """Refuse a whole exchange: what lies there, beside its courses, nobody collects."""
    try:
        courses = sorted(filter(is_course, folder.iterdir()))
    except OSError:  # nobody may look, or it is none
        return
    if courses:
        named = f"--to {courses[0]}"
        raise CourseError(f"{folder} is an exchange with courses in it: name one ({named})")


def demand_open(folder: Path, lesson: str) -> None:
    """Refuse, before anything is graded, a course in which nothing can be handed in."""
    if not os.access(folder / INBOUND, os.W_OK | os.X_OK):
        raise CourseError(f"{folder / INBOUND} cannot be written: nothing may be put into it")
    if not (folder / "outbound" / lesson).is_dir():
        raise CourseError(
            f"{folder} has no assignment {lesson}: nbgrader takes only what was released there"
        )


def hand_in(submission: Submission, lesson: str, learner: str, folder: Path) -> Path:
    """Hand a lesson in, as a notebook, and return the folder that it was put into."""
    before = set(_found(folder, lesson))
    with tempfile.TemporaryDirectory(prefix="autograder-submit-") as place:
        (Path(place) / lesson).mkdir()
        (Path(place) / lesson / f"{lesson}.ipynb").write_bytes(as_notebook(submission))
        _submit(Path(place), lesson, learner, folder.resolve())
    new = set(_found(folder, lesson)) - before
    return max(new, default=folder / INBOUND)


def _found(folder: Path, lesson: str) -> list[Path]:
    try:
        return list((folder / INBOUND).glob(f"*+{lesson}+*"))
    except PermissionError:  # usually only the instructor may look
        return []


def _submit(place: Path, lesson: str, learner: str, folder: Path) -> None:
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange import ExchangeError
    from nbgrader.exchange.default import ExchangeSubmit
    from traitlets.config import Config

    config = Config()
    config.Exchange.root, config.Exchange.assignment_dir = str(folder.parent), str(place)
    config.CourseDirectory.course_id, config.CourseDirectory.student_id = folder.name, learner
    config.CourseDirectory.assignment_id = lesson
    directory, anybody = CourseDirectory(config=config), Authenticator(config=config)
    try:
        ExchangeSubmit(coursedir=directory, authenticator=anybody, config=config).start()
    except ExchangeError as error:
        raise CourseError(f"nbgrader does not take it: {one_line(str(error))}") from error


def as_notebook(submission: Submission) -> bytes:
    """Return the bytes of a notebook: those that were read, where they are one."""
    if submission.text is None:
        return submission.content
    import jupytext
    import nbformat

    notebook = jupytext.reads(submission.text, fmt="py:percent")
    notebook.metadata["kernelspec"] = {
        "name": "python3", "display_name": "Python 3", "language": "python"
    }  # fmt: skip
    text: str = nbformat.writes(notebook)
    return text.encode(errors="replace")
