"""nbgrader's own gradebook, written through its own classes: SQLite, or PostgreSQL by URL.

Written are assignments, grade cells `check-NAME` with their points, students, submissions and
automatic scores. What a person gave (manual scores, extra credit, comments) stays as it is. To
write the same results again changes nothing.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from autograder.batch.exports import Row
from autograder.batch.layouts import Owner
from autograder.syllabus import LESSONS
from autograder.texts import one_line
from mnist_course.errors import CourseError

DRIVERS = {"psycopg": "'psycopg[binary]'", "psycopg2": "psycopg2-binary"}
AT_ONCE = 500  # submissions a transaction
HIDDEN = ":***@"  # in place of a password, as SQLAlchemy shows it


def url_of(text: str | None, folder: Path) -> str:
    """Return the URL of a gradebook: a path is one of SQLite; without any, it is in a folder."""
    if text is None or "://" not in text:
        return f"sqlite:///{(Path(text) if text else folder / 'gradebook.db').absolute()}"
    scheme, _, rest = text.partition("://")
    return f"postgresql://{rest}" if scheme == "postgres" else text


def shown(url: str) -> str:
    """Return a URL as it may be shown: without the password."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        raise CourseError("that is no URL of a database: sqlite:///gradebook.db, say") from None


def kept(url: str, folder: Path) -> str:
    """Return a URL as it is remembered: "" for the folder's own, and no password."""
    return "" if url == url_of(None, folder) else shown(url)


def recalled(kept: str, folder: Path) -> str:
    """Return the URL that was remembered; ask for it where it has a password."""
    if HIDDEN in kept:
        raise CourseError(f"the gradebook was {kept}: name it, with its password, by --gradebook")
    return kept or url_of(None, folder)


def demand_gradebook(url: str, lessons: Iterable[str] = ()) -> None:
    """Refuse, before anything is graded, a gradebook that cannot be opened or waits for cells."""
    _demand_folder(url)
    with _opened(url) as gradebook:
        begun = {found.name for found in gradebook.assignments if not found.notebooks}
    for lesson in begun.intersection(lessons):
        raise CourseError(
            f"{lesson} is in the gradebook, but not what it is made of: run `nbgrader "
            f"generate_assignment {lesson}` in the course's folder first"
        )


def _demand_folder(url: str) -> None:
    """SQLite makes a file, and no folder: a slip would make an empty gradebook somewhere."""
    name = shown(url)
    folder = Path(name.partition(":///")[2]).parent
    if name.startswith("sqlite:///") and not folder.is_dir():
        raise CourseError(f"the gradebook {name} cannot be made: there is no folder {folder}")


@contextmanager
def _opened(url: str) -> Iterator[Any]:
    """Open a gradebook; what goes wrong with it is told without its password."""
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SQLAlchemyError

    name = shown(url)
    try:
        with _own_programs(), Gradebook(url) as gradebook:
            _complete(gradebook)
            yield gradebook
    except ModuleNotFoundError as error:
        package = DRIVERS.get(error.name or "", error.name)
        raise CourseError(f"the gradebook {name} needs a driver: pip install {package}") from error
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise CourseError(f"the gradebook {name} cannot be used: {one_line(why)}") from error


@contextmanager
def _own_programs() -> Iterator[None]:
    """Let nbgrader find `alembic`, which it calls, beside the Python that runs."""
    before = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _complete(gradebook: Any) -> None:
    """Write the version of the tables, where a kill came between them and it."""
    from nbgrader.api import get_alembic_version
    from sqlalchemy import inspect, text

    if not inspect(gradebook.engine).has_table("alembic_version"):
        create = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"
        gradebook.db.execute(text(create))
        insert = text("INSERT INTO alembic_version (version_num) VALUES (:version)")
        gradebook.db.execute(insert, {"version": get_alembic_version()})
        gradebook.db.commit()


def write(url: str, rows: Iterable[Row], before: Mapping[str, int] | None = None) -> int:
    """Write what is graded, and return how many submissions that are.

    `before` are the points that exercises were worth when they were written here last.
    """
    graded = [row.found for row in rows if row.report]
    with _opened(url) as gradebook:
        _write_students(gradebook, [found.owner for found in graded])
        for lesson in sorted({found.lesson for found in graded}):
            cells = _write_assignment(gradebook, lesson, before or {})
            of_lesson = (row for row in rows if row.report and row.found.lesson == lesson)
            while some := list(islice(of_lesson, AT_ONCE)):
                _write_scores(gradebook, lesson, cells, some)
                gradebook.db.commit()
    return len(graded)


def _write_assignment(gradebook: Any, lesson: str, before: Mapping[str, int]) -> dict[str, Any]:
    """Write what a lesson asks for, and return the cells by exercise; what a person set stays."""
    from nbgrader.api import GradeCell

    notebook = _notebook(gradebook, lesson)
    there = {cell.name: cell for cell in notebook.grade_cells}
    for asked in LESSONS[lesson].exercises:
        name = f"check-{asked.name}"
        if name not in there:
            about = {"max_score": asked.points, "cell_type": "code", "notebook_id": notebook.id}
            there[name] = GradeCell(name=name, **about)
            gradebook.db.add(there[name])
        elif there[name].max_score == before.get(asked.name):
            there[name].max_score = asked.points
    gradebook.db.commit()
    return {asked.name: there[f"check-{asked.name}"] for asked in LESSONS[lesson].exercises}


def _notebook(gradebook: Any, lesson: str) -> Any:
    """Return a lesson's notebook; assignment and notebook are made at once, or neither."""
    from nbgrader.api import Assignment, MissingEntry, Notebook

    try:
        assignment = gradebook.find_assignment(lesson)
    except MissingEntry:
        assignment = Assignment(name=lesson, course_id=gradebook.course_id)
        gradebook.db.add(assignment)
    named = [notebook for notebook in assignment.notebooks if notebook.name == lesson]
    if not named:
        assignment.notebooks.append(Notebook(name=lesson))
    gradebook.db.commit()
    return (named or assignment.notebooks)[-1]


def _write_students(gradebook: Any, owners: Iterable[Owner]) -> None:
    """Add who is not there; who is stays as they are."""
    from nbgrader.api import Student

    there = {name for (name,) in gradebook.db.query(Student.id)}
    for owner in {owner.learner: owner for owner in owners}.values():
        if owner.learner not in there:
            first, last = _names(owner.name)
            number = owner.canvas or owner.moodle or None
            names = {"first_name": first or None, "last_name": last or None}
            gradebook.db.add(Student(id=owner.learner, lms_user_id=number, **names))
    gradebook.db.commit()


def _names(name: str) -> tuple[str, str]:
    """Return first and last name, without commas: nbgrader's export puts nothing into quotes."""
    first, _, last = name.rpartition(" ")
    if "," in name:
        last, _, first = name.partition(",")
    return " ".join(re.split(r"[\s,]+", first)).strip(), " ".join(re.split(r"[\s,]+", last)).strip()


def _write_scores(gradebook: Any, lesson: str, cells: dict[str, Any], rows: Sequence[Row]) -> None:
    assignment = gradebook.find_assignment(lesson)
    learners = [row.found.owner.learner for row in rows]
    with gradebook.db.no_autoflush:
        submissions = _submissions(gradebook, assignment, learners)
        for row in rows:
            learner = row.found.owner.learner
            if learner not in submissions:
                submissions[learner] = _new_submission(gradebook, assignment, learner)
            _write_one(submissions[learner], cells, row)


def _submissions(gradebook: Any, assignment: Any, learners: Sequence[str]) -> dict[str, Any]:
    """Return what these learners have handed in already, with all grades, in three questions."""
    from nbgrader.api import SubmittedAssignment, SubmittedNotebook
    from sqlalchemy.orm import selectinload

    whole = selectinload(SubmittedAssignment.notebooks).selectinload(SubmittedNotebook.grades)
    found = (
        gradebook.db.query(SubmittedAssignment)
        .filter(SubmittedAssignment.assignment_id == assignment.id)
        .filter(SubmittedAssignment.student_id.in_(learners))
        .options(whole)
    )
    return {submission.student_id: submission for submission in found}


def _new_submission(gradebook: Any, assignment: Any, learner: str) -> Any:
    """Add a submission as nbgrader does, with all that other cells ask for."""
    from nbgrader.api import Comment, Grade, SubmittedAssignment, SubmittedNotebook

    submission = SubmittedAssignment(assignment_id=assignment.id, student_id=learner)
    for notebook in assignment.notebooks:
        handed_in = SubmittedNotebook(notebook_id=notebook.id)
        submission.notebooks.append(handed_in)
        for cell in notebook.grade_cells:  # a person looks at what no exercise is for
            handed_in.grades.append(Grade(cell_id=cell.id, needs_manual_grade=True))
        handed_in.grades += [Grade(cell_id=cell.id) for cell in notebook.task_cells]
        for cell in [*notebook.solution_cells, *notebook.task_cells]:
            handed_in.comments.append(Comment(cell_id=cell.id))
    gradebook.db.add(submission)
    return submission


def _write_one(submission: Any, cells: dict[str, Any], row: Row) -> None:
    from nbgrader.api import Grade

    assert row.report is not None
    made = datetime.fromtimestamp(row.found.made, UTC).replace(tzinfo=None)
    if row.found.noted and submission.timestamp != made:
        submission.timestamp = made
    where = next(iter(cells.values())).notebook_id
    notebook = next(found for found in submission.notebooks if found.notebook_id == where)
    grades = {grade.cell_id: grade for grade in notebook.grades}
    for exercise in row.report["exercises"]:
        cell = cells.get(exercise["name"])
        if cell is None:  # the course has it no longer
            continue
        if cell.id not in grades:
            grades[cell.id] = Grade(cell_id=cell.id)
            notebook.grades.append(grades[cell.id])
        most = exercise["max_score"] or 1  # what is worth nothing has no points
        _grade(grades[cell.id], cell.max_score * exercise["score"] / most)


def _grade(grade: Any, points: float) -> None:
    """Write automatic points; who gave other ones by hand may look again where these changed."""
    points = round(points, 4)
    if grade.manual_score is None:
        grade.needs_manual_grade = False
    elif grade.auto_score != points:
        grade.needs_manual_grade = True
    grade.auto_score = points
