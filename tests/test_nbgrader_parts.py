"""The parts of which nbgrader is given our engine: release, the desk, points and messages."""

import itertools
from dataclasses import replace
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbgrader_course import FILE, LESSON, SEED, checks, mark_of

from autograder.commands import release
from autograder.exercise import Verdict
from autograder.nbgrading import course as courses
from autograder.nbgrading import desk, notebooks
from autograder.release import SOLUTIONS
from autograder.report import Report
from autograder.sandbox.host import IsolationError
from autograder.submission import Submission
from autograder.syllabus import LESSONS, names_of
from mnist_course.errors import CourseError


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_becomes_a_notebook_that_is_always_the_same(lesson):
    text = courses.notebook_text(lesson)
    assert text == courses.notebook_text(lesson)
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert {mark_of(cell)["grade_id"] for cell in checks(notebook)} == {
        f"check-{name}" for name in names_of(lesson)
    }
    assert len(notebook.cells) == len(jupytext.read(SOLUTIONS / f"{lesson}.py").cells)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(["9"], "no lesson"), (["conv2d"], "is an exercise"), (["3", "--to", __file__], "is a file")],
)
def test_release_refuses_what_it_cannot_do(arguments, why):
    from autograder.cli import make_parser

    with pytest.raises(CourseError, match=why):
        release.run(make_parser().parse_args(["release", *arguments]))


OWN = "c = get_config()\n"
OURS = f"{OWN}from autograder.nbgrading import configure\nconfigure(c)\n"
BROKEN = {
    "syntax": (f"{OWN}(", "nbgrader_config.py cannot be read: SyntaxError"),
    "import": ("import nowhere", "cannot be read: ModuleNotFoundError: No module named 'nowhere'"),
    "database": (
        f"{OWN}c.CourseDirectory.db_url = 'sqlite:////no/where/g.db'",
        "the gradebook that .*nbgrader_config.py names cannot be used: unable to open",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_release_names_a_configuration_with_which_nbgrader_could_do_nothing(tmp_path, case):
    text, why = BROKEN[case]
    (tmp_path / "nbgrader_config.py").write_text(text)
    with pytest.raises(CourseError, match=why):
        courses.write(tmp_path, [LESSON])


@pytest.mark.parametrize("text", [OWN, OURS])
def test_release_says_so_where_nbgrader_itself_would_run_what_is_handed_in(
    text, tmp_path, monkeypatch, capsys
):
    from autograder.cli import make_parser

    folder = tmp_path / "a course"
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text(text)
    monkeypatch.setattr(courses, "write", lambda *_: {})
    assert release.run(make_parser().parse_args(["release", "3", "--to", str(folder)])) == 0
    said = capsys.readouterr().out
    assert ("with no room around it" in said) == ("configure(c)" in said) == (text == OWN)
    assert f"    cd '{folder}'\n" in said


# ---- parts ---------------------------------------------------------------------------------------


def test_points_that_an_instructor_changed_are_earned_in_proportion():
    verdict = Verdict("relu", 3, 5, "partly", message="half of it <b>")
    message, points = notebooks.outputs_of(verdict, 10.0)
    assert points.data["text/plain"] == "6.0" and "&lt;b&gt;" in message.data["text/html"]


def test_a_grade_cell_that_is_no_check_of_the_course_earns_nothing():
    mark = {"grade": True, "grade_id": "mine", "points": 3, "solution": False}
    cell = nbformat.v4.new_code_cell("assert True", metadata={"nbgrader": mark})
    notebook = nbformat.v4.new_notebook(cells=[cell])
    notebooks.show(Report(LESSON, FILE, "", "full", SEED, 1.0, []), notebook)
    from nbgrader.utils import determine_grade

    assert determine_grade(notebook.cells[1]) == (0, 3)
    assert [notebooks.is_by_hand(cell) for cell in notebook.cells] == [False, True]


def test_a_lesson_is_told_by_its_name_or_by_what_it_checks():
    def cells(*names):
        marks = [{"nbgrader": {"grade": True, "grade_id": name}} for name in names]
        return [nbformat.v4.new_code_cell(metadata=mark) for mark in marks]

    assert notebooks.lesson_of(LESSON, cells("q1")) == LESSON
    assert (
        notebooks.lesson_of("homework 4", cells("q1", "check-SGD", "check-Adam")) == "04_training"
    )
    assert notebooks.lesson_of("homework 4", cells("q1", "SGD_test")) is None
    assert notebooks.strangers(LESSON, cells("check-relu", "check-SGD", "q1")) == [
        "check-SGD",
        "q1",
    ]


class FakeZygote:
    made = 0
    ends = False

    def __init__(self, *_: object) -> None:
        FakeZygote.made += 1
        self.process = self

    def poll(self):
        return 0 if self.ends else None

    def wait(self):
        pass

    def close(self):
        self.ends = True


PLACE = Path("submitted", "anna", LESSON)
ODD = f"{PLACE / FILE} is odd"


def made_up(submission, lesson, zygote, key):
    """Return a report that says which zygote it was."""
    path = str(submission.path)
    return Report(lesson, path, "", "full", key.seed, 1.0, [], submission.warnings, zygote)


@pytest.fixture
def at_the_desk(monkeypatch):
    monkeypatch.setattr(desk, "Zygote", FakeZygote)
    monkeypatch.setattr(FakeZygote, "made", 0)
    monkeypatch.setattr(desk, "mark", made_up)
    numbers = itertools.count()
    yield lambda seed=None, content=None: desk.grade(
        Submission(PLACE / FILE, content or str(next(numbers)), warnings=[ODD]),
        LESSON, desk.Settings(seed),
    )  # fmt: skip
    desk.close()


def test_a_batch_shares_a_zygote_and_a_seed(at_the_desk):
    one, *others = (at_the_desk() for _ in range(5))
    assert {other.seed for other in others} == {one.seed} and FakeZygote.made == 1
    assert {id(other.output) for other in others} == {id(one.output)}
    assert at_the_desk(3).seed == 3 and one.output.ends
    desk.close()
    assert at_the_desk().seed != one.seed


def test_what_is_the_same_is_graded_once_in_a_batch_and_nobody_is_told_where_it_lies(
    at_the_desk, monkeypatch
):
    one = at_the_desk(4, "same")
    assert (one.path, one.warnings) == (FILE, [f"{FILE} is odd"])
    monkeypatch.setattr(desk, "mark", lambda *given: replace(made_up(*given), seconds=9.0))
    assert at_the_desk(4, "same") is one and at_the_desk(4, "other").seconds == 9
    assert at_the_desk(5, "same").seed == 5 and at_the_desk(5, "same").seconds == 9


def test_a_pause_ends_a_batch(at_the_desk, monkeypatch):
    monkeypatch.setattr(desk, "PAUSE", 0.01)
    zygote = at_the_desk().output
    desk._clock[0].join(10)
    assert zygote.ends and not desk._open


def test_who_loses_the_room_spoils_it_for_nobody_else(at_the_desk, monkeypatch):
    def lose(*_: object):
        raise IsolationError("gone")

    monkeypatch.setattr(desk, "mark", lose)
    with pytest.raises(desk.LostRoomError, match="gone"):
        at_the_desk()
    monkeypatch.setattr(desk, "mark", made_up)
    zygote = at_the_desk().output
    zygote.ends = True  # it died between two
    assert at_the_desk().output is not zygote and FakeZygote.made == 3


def test_a_room_that_cannot_be_built_is_taken_down(at_the_desk, monkeypatch):
    closed = []

    def refuse(self):
        raise IsolationError("no")

    monkeypatch.setattr(FakeZygote, "wait", refuse)
    monkeypatch.setattr(FakeZygote, "close", lambda self: closed.append(self))
    with pytest.raises(IsolationError, match="no"):
        at_the_desk()
    assert len(closed) == 1
