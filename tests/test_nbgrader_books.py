"""All lessons through nbgrader, its gradebook in PostgreSQL; a batch writes the same into it."""

import json
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from grader_command import command
from nbgrader_course import Course, mark_of
from nbgrader_in_one import SLOW
from postgres import postgres, programs
from sqlalchemy import MetaData, create_engine, select

from autograder.syllabus import LESSONS, asked_for, names_of

pytestmark = pytest.mark.xdist_group("nbgrader_books")
OWN, ESSAY = 3, 5  # points of the cells that an instructor adds to lesson 1


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """A gradebook: in PostgreSQL, where it is installed."""
    own = f"sqlite:///{tmp_path_factory.mktemp('book') / 'gradebook.db'}"
    with postgres() if programs() else nullcontext(own) as found:
        yield found


@pytest.fixture(scope="module")
def course(url, tmp_path_factory):
    """Every lesson released, handed in twice and graded; what nbgrader said of it."""
    made = Course(tmp_path_factory.mktemp("all"))
    done = command("release", "--to", made.folder, env=made.env)
    assert done.returncode == 0, done.stderr
    config = made.folder / "nbgrader_config.py"
    more = f'c.CourseDirectory.db_url = "{url}"\nc.IsolatedGrader.seed = 7\n'
    config.write_text(config.read_text() + more)
    _change(made.folder / "source" / "01_data" / "01_data.ipynb", _with_own_cells)
    _change(made.folder / "source" / "02_visualization" / "02_visualization.ipynb", _dearer)
    script = Path(__file__).with_name("nbgrader_in_one.py")
    ran = subprocess.run(
        [sys.executable, script, *LESSONS], cwd=made.folder, env=made.env, capture_output=True,
        text=True, timeout=500,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-5000:]
    assert "Warning:" not in ran.stderr and "Traceback" not in ran.stderr, ran.stderr
    made.said = json.loads(ran.stdout)
    return made


def _change(path, how):
    notebook = json.loads(path.read_text())
    how(notebook)
    path.write_text(json.dumps(notebook))


def _with_own_cells(notebook):
    marks = {"grade": True, "locked": True, "solution": False, "schema_version": 3, "task": False}
    own = {**marks, "grade_id": "own", "points": OWN}
    essay = {**marks, "grade_id": "essay", "points": ESSAY, "locked": False, "solution": True}
    notebook["cells"] += [
        {"cell_type": "code", "id": "own", "metadata": {"nbgrader": own}, "outputs": [],
         "execution_count": None, "source": "assert read_idx"},
        {"cell_type": "markdown", "id": "essay", "metadata": {"nbgrader": essay}, "source": "Why?"},
    ]  # fmt: skip


def _dearer(notebook):
    (cell,) = (c for c in notebook["cells"] if mark_of(c).get("grade_id") == "check-tile")
    mark_of(cell)["points"] *= 2


def _wanted(lesson):
    points = {name: asked_for()[name].points for name in names_of(lesson) if name not in SLOW}
    return sum(points.values()) + (points["tile"] if lesson == "02_visualization" else 0)


def test_all_lessons_get_what_they_deserve(course):
    course.nbgrader("export")
    rows = course.rows()
    assert {(row["assignment"], row["student_id"]) for row in rows} == {
        (lesson, student) for lesson in LESSONS for student in ("right", "untouched")
    }
    for row in rows:
        wanted = _wanted(row["assignment"]) if row["student_id"] == "right" else 0
        assert float(row["score"]) == wanted, row
        more = {"01_data": OWN + ESSAY, "02_visualization": asked_for()["tile"].points}
        whole = sum(asked_for()[name].points for name in names_of(row["assignment"]))
        assert float(row["max_score"]) == whole + more.get(row["assignment"], 0)


def test_who_added_a_cell_is_told_that_it_is_graded_by_hand(course, url):
    assert "the cell own is no check of the course" in course.said["01_data"][0]
    assert not any("no check" in said for said, *_ in list(course.said.values())[1:])
    assert "it is graded by hand" in course.feedback("right", "01_data")
    for student in ("right", "untouched"):
        found = _grades(url)[student]
        assert (found["own"].auto_score, found["own"].needs_manual_grade) == (None, True)
        assert found["check-read_idx"].needs_manual_grade is False
        answered = student == "right"  # else nbgrader gives zero by itself
        assert found["essay"].needs_manual_grade is answered


def test_formgrader_finds_all_of_it(course):
    ask = f"[api.get_submissions(lesson) for lesson in {list(LESSONS)}]"
    for found in course.ask_api(ask):
        assert [(one["student"], one["autograded"]) for one in found] == [
            ("right", True), ("untouched", True),
        ]  # fmt: skip


@pytest.mark.skipif(not programs(), reason="needs PostgreSQL")
def test_all_that_was_in_postgresql(url):
    assert url.startswith("postgresql:")


@pytest.fixture(scope="module")
def place(course, tmp_path_factory):
    """A copy of what was handed in for two lessons; the results of batches lie beside it."""
    folder = tmp_path_factory.mktemp("batch")
    for lesson in ("01_data", "02_visualization"):
        for student in ("right", "untouched"):
            source = course.folder / "submitted" / student / lesson
            shutil.copytree(source, folder / "submitted" / student / lesson)
    return folder


def test_a_batch_says_the_same_and_doubles_nothing(course, url, place):
    """What nbgrader wrote stays as it is, also when a batch writes it twice."""
    before = _dump(url)
    for again in range(2):
        _batch(course, url, place)
        assert _dump(url) == before, again
    assert sum(len(rows) for rows in before.values()) > 300


def test_who_was_only_in_a_batch_is_there_for_formgrader_and_nbgrader(course, url, place):
    """Her own cells wait for a person, a manual grade stays, and nbgrader grades her as before."""
    new, submitted = place / "submitted" / "new", course.folder / "submitted"
    shutil.copytree(submitted / "right" / "01_data", new / "01_data")
    _change(new / "01_data" / "01_data.ipynb", _answer_the_essay)
    shutil.copytree(new, submitted / "new")
    _batch(course, url, place)
    found, right = _grades(url)["new"], _grades(url)["right"]
    assert found.keys() == right.keys() and len(found) == len(names_of("01_data")) + 2
    for name, grade in found.items():
        wanted = right[name].auto_score if name.startswith("check-") else None
        assert grade.auto_score == wanted and grade.needs_manual_grade is (wanted is None), name
    said = course.nbgrader("generate_feedback", "01_data", "--student=new", code=None)
    assert "Traceback" not in said and "No notebooks were matched" in said
    ask = "[api.autograde('01_data', 'new'), api.get_submission('01_data', 'new')]"
    done, submission = course.ask_api(ask)
    assert done["success"] and submission["autograded"], done
    assert submission["needs_manual_grade"]
    assert _grades(url)["new"] == found


def _answer_the_essay(notebook):
    (cell,) = (c for c in notebook["cells"] if mark_of(c).get("grade_id") == "essay")
    cell["source"] = "Because."


def _batch(course, url, place):
    done = command(
        "batch", place / "submitted", "--gradebook", url, "--seed", 7, "--workers", 1,
        "--out", place / "out", env=course.env,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _grades(url):
    """Return the grades of lesson 1 by learner and cell."""
    from nbgrader.api import Assignment, BaseCell, Grade, Notebook, Student
    from nbgrader.api import SubmittedAssignment as Whole
    from nbgrader.api import SubmittedNotebook as Part

    columns = (Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade)
    ask = (
        select(Student.id, BaseCell.name, *columns)
        .join_from(Grade, BaseCell, Grade.cell_id == BaseCell.id)
        .join(Part, Grade.notebook_id == Part.id)
        .join(Whole, Part.assignment_id == Whole.id)
        .join(Student, Whole.student_id == Student.id)
        .join(Notebook, Part.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .where(Assignment.name == "01_data")
    )
    found = {}
    for row in _ask(url, lambda base: base.execute(ask).all()):
        assert row.name not in found.setdefault(row.id, {}), "doubled"
        found[row.id][row.name] = row
    return found


def _dump(url):
    """Return all that is in a gradebook, by table."""

    def whole(base):
        tables = MetaData()
        tables.reflect(base)
        found = tables.tables.items()
        return {name: sorted(map(str, base.execute(select(t)).all())) for name, t in found}

    return _ask(url, whole)


def _ask(url, question):
    engine = create_engine(url)
    try:
        with engine.connect() as base:
            return question(base)
    finally:
        engine.dispose()
