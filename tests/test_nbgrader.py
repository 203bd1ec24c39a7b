"""A term with nbgrader's own commands: from release to feedback, and whatever is handed in."""

import copy
import csv
import html
import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import jupytext
import nbformat
import pytest
from grader_command import command, without
from journey import FLIPPED, RIGHT, TOKEN, WRONG, Lab, Learner, _end, _environment, _free_port
from journey import _wait_for as wait_for

from autograder.commands import release
from autograder.exercise import Verdict
from autograder.nbgrading import course as courses
from autograder.nbgrading import desk, notebooks
from autograder.release import LESSON_FILES, SOLUTIONS
from autograder.sandbox.host import IsolationError
from autograder.submission import Submission
from autograder.syllabus import LESSONS, asked_for, names_of
from mnist_course.errors import CourseError

ROOT = Path(__file__).parent.parent
LESSON = "03_conv_layers"
FILE = f"{LESSON}.ipynb"
SEED = 7
ANSWERS = ROOT / "tests" / "answers"
IMPORTS = "from torch import Tensor\nfrom torch.nn import functional as F\n"
FAKE = {"output_type": "execute_result", "execution_count": 1, "metadata": {},
        "data": {"text/plain": "1000.0"}}  # fmt: skip


class Course:
    """A course's folder, and nbgrader in it."""

    def __init__(self, place):
        self.folder, home = place / "course", place / "home"
        home.mkdir()
        self.env = _environment(place, ROOT, home)
        self.learner = Learner(self.folder, home, self.env)
        self.env["PATH"] = "/usr/bin:/bin"  # no environment is activated

    def nbgrader(self, name, *arguments, before=(), code=0):
        done = subprocess.run(
            [*before, sys.executable, "-m", "nbgrader", name, *arguments], env=self.env,
            cwd=self.folder, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == code, done.stderr[-5000:]
        return done.stderr

    def read(self, *place):
        return json.loads(self.folder.joinpath(*place).read_text())

    def grades(self):
        self.nbgrader("export")
        with (self.folder / "grades.csv").open(newline="") as file:
            return {row["student_id"]: row for row in csv.DictReader(file)}

    def collected(self, student):
        return self.folder / "submitted" / student / LESSON / FILE

    def autograded(self, student):
        return self.read("autograded", student, LESSON, FILE)

    def feedback(self, student):
        return (self.folder / "feedback" / student / LESSON / f"{LESSON}.html").read_text()


def mark_of(cell):
    return cell["metadata"].get("nbgrader", {})


def checks(notebook):
    return [cell for cell in notebook["cells"] if mark_of(cell).get("grade")]


def cell_of(notebook, name):
    return next(cell for cell in notebook["cells"] if mark_of(cell).get("grade_id") == name)


def shown(cell):
    return "\n".join("".join(output["data"]["text/plain"]) for output in cell["outputs"])


# ---- what is handed in ---------------------------------------------------------------------------


def handed_in(released, solved):
    """Return files by learner: the course's own answers, and all that people do to a notebook."""
    refuses_nothing = (ANSWERS / "conv2d" / "wrong_refuses_nothing.py").read_text()
    right, wrong = answered(released, conv2d=RIGHT), answered(released, conv2d=WRONG)
    cells = right["cells"]
    made = {
        "correct": solved,
        "wrong": wrong,
        "partly": answered(released, conv2d=refuses_nothing),
        "never_run": right,
        "untouched": released,
        "doubled": {**right, "cells": wrong["cells"] + cells},
        "deleted": {**right, "cells": [c for c in cells if not mark_of(c).get("grade")]},
        "unmarked": {**right, "cells": [{**cell, "metadata": {}} for cell in cells]},
        "tampered": tampered(wrong),
        "text_checks": text_checks(right),
        "another_language": {**right, "metadata": {
            "kernelspec": {"name": "ir", "display_name": "R", "language": "R"},
            "language_info": {"name": "R", "pygments_lexer": {"no": "lexer"}}}},
        "odd_marks": odd_marks(right),
        "half_a_character": answered(released, conv2d=f"{RIGHT}\n# \ud800"),
        "bare": {"cells": [{"cell_type": "code", "source": f"{IMPORTS}{RIGHT}"}]},
        "crash": answered(right, relu="import os\nos.kill(os.getpid(), 9)"),
        "exits": answered(right, relu="import os\nos._exit(0)"),
        "loop": answered(right, relu="def relu(x):\n    while True:\n        pass"),
        "a_list": [],
        "no_cells": {**released, "cells": []},
        "deep": "[" * 100_000,
        "empty": b"",
        "binary": bytes(range(256)),
        "corrupt": json.dumps(solved)[:3000],
    }  # fmt: skip
    return {name: as_bytes(content) for name, content in made.items()}


def as_bytes(content):
    content = content if isinstance(content, str | bytes) else json.dumps(content)
    return content.encode() if isinstance(content, str) else content


def answered(notebook, **answers):
    found = copy.deepcopy(notebook)
    for name, answer in answers.items():
        cell_of(found, name)["source"] = answer
    return found


def tampered(notebook):
    """More points, no locks, another version, outputs that were never computed, other checks."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if mark_of(cell).get("grade"):
            mark_of(cell).update(points=1000, locked=False, schema_version=99, made_up=True)
            cell.update(source="1000.0", outputs=[FAKE], execution_count=1)
        elif mark_of(cell):
            mark_of(cell).update(grade=True, points=1000, checksum="0" * 32)
    added = copy.deepcopy(cell_of(notebook, "check-relu"))
    mark_of(added).update(grade_id="mine", points=50)
    notebook["cells"].append({**added, "id": "mine"})
    notebook["metadata"]["autograder"] = {"score": 1000}
    return notebook


def text_checks(notebook):
    found = copy.deepcopy(notebook)
    for cell in checks(found):
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]
    return found


def odd_marks(notebook):
    notebook = copy.deepcopy(notebook)
    del mark_of(cell_of(notebook, "check-relu"))["points"]
    odd_ones = (3, [], {"grade_id": 3}, {"grade": True})
    for cell, odd in zip(notebook["cells"], odd_ones, strict=False):
        cell["metadata"]["nbgrader"] = odd
    return notebook


# ---- the term ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with lesson 3 released to learners."""
    found = Course(tmp_path_factory.mktemp("nbgrader"))
    done = command("release", 3, "--to", found.folder, env=found.env)
    assert done.returncode == 0 and f"source/{LESSON}/{FILE}: written" in done.stdout, done.stderr
    found.nbgrader("generate_assignment", LESSON)
    found.nbgrader("release_assignment", LESSON)
    return found


@pytest.fixture(scope="module")
def files(course):
    released = course.read("exchange", "mnist-course", "outbound", LESSON, FILE)
    return handed_in(released, course.read("source", LESSON, FILE))


@pytest.fixture(scope="module")
def graded(course, files):
    """All of it handed in, collected, graded, and given back; what the grading logged."""
    for student, content in files.items():
        _hand_in(course, student, content)
    course.nbgrader("collect", LESSON)
    course.log = course.nbgrader("autograde", LESSON, f"--IsolatedGrader.seed={SEED}")
    course.nbgrader("generate_feedback", LESSON)
    course.nbgrader("release_feedback", LESSON)
    return course


def _hand_in(course, student, content):
    when = "2026-01-31 12:00:00.000000 UTC"
    inbound = course.folder / "exchange" / "mnist-course" / "inbound"
    folder = inbound / f"{student}+{LESSON}+{when}+secret"
    folder.mkdir()
    (folder / FILE).write_bytes(content)
    (folder / "timestamp.txt").write_text(when)
    (folder / "submission_secret.txt").write_text(f"secret of {student}")


@pytest.fixture(scope="module")
def rows(graded):
    return graded.grades()


@pytest.fixture(scope="module")
def reports(graded, files, tmp_path_factory):
    """What `autograder grade` says of the same files, by the same seed."""
    out = tmp_path_factory.mktemp("reports") / "out.json"
    paths = [graded.collected(student) for student in files]
    done = command("grade", *paths, "--seed", SEED, "--lesson", LESSON, "--json", out)
    assert done.stderr == "", done.stderr
    return dict(zip(files, json.loads(out.read_text()), strict=True))


def test_everybody_was_graded_and_points_are_those_of_grade(rows, reports):
    assert rows.keys() == reports.keys() and len(rows) > 20
    for student, row in rows.items():
        assert float(row["score"]) == reports[student]["score"], student
        assert float(row["max_score"]) == sum(asked_for()[name].points for name in names_of(LESSON))


def test_points_are_what_the_answers_deserve(rows):
    found = {student: float(row["score"]) for student, row in rows.items()}
    assert found.pop("correct") == 64 and 0 < found.pop("partly") < 10
    nothing = set("a_list binary corrupt deep empty no_cells tampered untouched wrong".split())
    assert found == {student: 0 if student in nothing else 10 for student in found}


def test_each_check_holds_its_points_and_the_message_and_stands_there_once(graded, reports):
    for student, report in reports.items():
        cells = checks(graded.autograded(student))
        found = {mark_of(cell)["grade_id"]: cell for cell in cells}
        assert sorted(found) == sorted(f"check-{name}" for name in names_of(LESSON)), student
        assert len(cells) == len(found)
        for exercise in report["exercises"]:
            cell = found[f"check-{exercise['name']}"]
            message, points = cell["outputs"]
            assert float("".join(points["data"]["text/plain"])) == exercise["score"]
            assert mark_of(cell)["points"] == exercise["max_score"]
            assert "".join(cell["source"]).endswith(f'check("{exercise["name"]}")')
            text = "".join(message["data"]["text/plain"])
            assert f"{exercise['score']}/{exercise['max_score']}" in text
            assert all(line in text for line in exercise["message"].split("\n")), student
            assert "".join(message["data"]["text/html"]).startswith("<div")


def test_the_report_can_be_repeated_from_what_is_written_down(graded, reports):
    for student, report in reports.items():
        written = graded.autograded(student)["metadata"]["autograder"]
        assert written["seed"] == SEED and written["isolation"] == "full"
        assert written["submission"] == {**report["submission"], "path": FILE}
        assert written["exercises"] == report["exercises"]
        on_top = shown(graded.autograded(student)["cells"][0])
        assert f"--seed {SEED}" in on_top and str(graded.folder) not in on_top


def test_feedback_shows_the_message_and_reaches_the_learner(graded):
    assert FLIPPED in html.unescape(graded.feedback("wrong"))
    assert "It was stopped after 5 seconds." in html.unescape(graded.feedback("loop"))
    for student, word in {"corrupt": "is not a notebook", "binary": "is not UTF-8"}.items():
        assert word in html.unescape(graded.feedback(student)), student
    assert "Score: 64.0 / 64.0" in graded.feedback("correct")
    released = graded.folder / "exchange" / "mnist-course" / "feedback"
    assert (
        len(list(released.glob("*.html"))) >= len(list((graded.folder / "feedback").iterdir())) - 3
    )


def test_nothing_that_was_made_up_is_left(graded):
    text = json.dumps(graded.autograded("tampered"))
    assert "made_up" not in text and '"points": 1000' not in text and '"mine"' not in text
    assert text.count("1000.0") == 1  # the text of the cell that was added, which is theirs
    notebook = graded.autograded("another_language")
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_what_the_learner_wrote_is_still_there_to_be_read(graded):
    for student in ("never_run", "odd_marks", "bare", "half_a_character", "deleted"):
        assert "(weight.flatten(1) @ patches)" in json.dumps(graded.autograded(student)), student


def test_a_cell_that_was_deleted_is_back_behind_its_answer(graded):
    ids = [mark_of(cell).get("grade_id") for cell in graded.autograded("deleted")["cells"]]
    for name in names_of(LESSON):
        assert ids.index(f"check-{name}") == ids.index(name) + 1


def test_manual_grades_and_late_penalties_are_nbgraders_own(graded, rows):
    from nbgrader.api import Gradebook

    assert {float(row["late_submission_penalty"] or 0) for row in rows.values()} == {0}
    with Gradebook(f"sqlite:///{graded.folder / 'gradebook.db'}") as book:
        book.find_grade("check-relu", LESSON, LESSON, "partly").manual_score = 4
        book.update_or_create_assignment(LESSON, duedate="2026-01-30 12:00:00 UTC")
    late = "--LateSubmissionPlugin.penalty_method=zero"
    again = ("--force", f"--IsolatedGrader.seed={SEED}", late)
    graded.nbgrader("autograde", LESSON, "--student=partly", *again)
    after = graded.grades()["partly"]
    assert float(after["raw_score"]) == float(rows["partly"]["score"]) + 4
    assert float(after["score"]) == 0


def test_an_endless_cell_ends_with_the_time_of_the_notebook(graded):
    folder = graded.collected("forever").parent
    folder.mkdir(parents=True)
    shutil.copy(graded.collected("never_run"), folder)
    notebook = json.loads((folder / FILE).read_text())
    notebook["cells"].append({**cell_of(notebook, "relu"), "source": "while True:\n    pass",
                              "metadata": {}, "id": "forever"})  # fmt: skip
    (folder / FILE).write_text(json.dumps(notebook))
    graded.nbgrader("autograde", LESSON, "--student=forever", "--IsolatedGrader.timeout=2")
    found = graded.autograded("forever")
    assert found["metadata"]["autograder"]["score"] == 0
    assert "All 2 seconds" in shown(cell_of(found, "check-conv2d"))


def test_where_nothing_can_be_isolated_nothing_is_graded_and_that_is_said(graded):
    before = without("user")
    shutil.copytree(graded.collected("correct").parent, graded.collected("later").parent)
    said = graded.nbgrader("autograde", LESSON, "--student=later", before=before, code=1)
    assert "nothing was graded" in said and "cannot be isolated" in said
    assert not (graded.folder / "autograded" / "later" / LESSON).exists()
    shutil.rmtree(graded.folder / "submitted" / "later")


# ---- formgrader ----------------------------------------------------------------------------------


@pytest.fixture
def lab(graded):
    """JupyterLab in the course's folder, as an instructor starts it."""
    url = f"http://127.0.0.1:{_free_port()}/"
    options = ["--no-browser", f"--ServerApp.port={url[17:-1]}", "--allow-root",
               f"--IdentityProvider.token={TOKEN}"]  # fmt: skip
    with graded.learner.log.open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], cwd=graded.folder, stdout=out,
            stderr=out, env=graded.env,
        )  # fmt: skip
        try:
            found = Lab(graded.learner, url)
            wait_for(found, server)
            yield found
        finally:
            _end(server)


def test_formgrader_shows_the_course_and_grades_in_it(lab, graded):
    (assignment,) = lab.ask("assignments", base="formgrader/api")
    assert assignment["name"] == LESSON and assignment["max_score"] == 64
    assert assignment["status"] == "released" and assignment["num_submissions"] >= 20
    done = lab.ask(f"submission/{LESSON}/wrong/autograde", "POST", base="formgrader/api")
    assert done["success"], done
    notebook = graded.autograded("wrong")
    assert FLIPPED in shown(cell_of(notebook, "check-conv2d"))
    (found,) = lab.ask(f"submitted_notebooks/{LESSON}/{LESSON}", base="formgrader/api")[:1]
    page = f"{lab.url}formgrader/submissions/{found['id']}/"
    request = urllib.request.Request(page, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert f"{LESSON}.ipynb" in html.unescape(answer.read().decode())


# ---- release -------------------------------------------------------------------------------------


def test_learners_get_the_lesson(course):
    notebook = course.read("release", LESSON, FILE)
    wanted = jupytext.read(LESSON_FILES / f"{LESSON}.py", fmt="py:percent").cells
    found = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert [text for text in found if "](../" in text] == []
    assert found[:-1] == [cell.source for cell in wanted][:-1] and len(found) == len(wanted)
    points = {mark_of(cell)["grade_id"]: mark_of(cell)["points"] for cell in checks(notebook)}
    assert points == {f"check-{name}": asked_for()[name].points for name in names_of(LESSON)}


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


def test_release_again_leaves_what_the_instructor_changed(course):
    source = course.folder / "source" / LESSON / FILE
    config = course.folder / "nbgrader_config.py"
    whole, config_before = source.read_bytes(), config.read_text()
    assert courses.write(course.folder, [LESSON]) == {source: "as it was"}
    saved = json.loads(whole)
    saved["cells"][3]["outputs"] = []  # somebody opened and saved it
    source.write_text(json.dumps(saved))
    config.write_text(config_before + "# mine\n")
    assert courses.write(course.folder, [LESSON]) == {source: "written"}
    assert source.read_bytes() == whole and config.read_text().endswith("# mine\n")
    saved["cells"][3]["source"] = "a question of mine"
    for mine in (json.dumps(saved), "{", "[]"):
        source.write_text(mine)
        assert courses.write(course.folder, [LESSON]) == {source: "changed by you: left alone"}
        assert source.read_text() == mine
    source.write_bytes(whole)
    config.write_text(config_before)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [(["9"], "no lesson"), (["conv2d"], "is an exercise"), (["3", "--to", __file__], "is a file")],
)
def test_release_refuses_what_it_cannot_do(arguments, why):
    from autograder.cli import make_parser

    with pytest.raises(CourseError, match=why):
        release.run(make_parser().parse_args(["release", *arguments]))


# ---- parts ---------------------------------------------------------------------------------------


def test_points_that_an_instructor_changed_are_earned_in_proportion():
    verdict = Verdict("relu", 3, 5, "partly", message="half of it <b>")
    message, points = notebooks.outputs_of(verdict, 10.0)
    assert points.data["text/plain"] == "6.0" and "&lt;b&gt;" in message.data["text/html"]


def test_a_grade_cell_that_is_no_check_of_the_course_earns_nothing():
    mark = {"grade": True, "grade_id": "mine", "points": 3, "solution": False}
    cell = nbformat.v4.new_code_cell("assert True", metadata={"nbgrader": mark})
    notebook = nbformat.v4.new_notebook(cells=[cell])
    from autograder.report import Report

    notebooks.show(Report(LESSON, FILE, "", "full", SEED, 1.0, []), notebook)
    from nbgrader.utils import determine_grade

    assert determine_grade(notebook.cells[1]) == (0, 3)


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


@pytest.fixture
def at_the_desk(monkeypatch):
    monkeypatch.setattr(desk, "Zygote", FakeZygote)
    monkeypatch.setattr(FakeZygote, "made", 0)
    monkeypatch.setattr(desk, "mark", lambda *given: (given[2], given[3].seed))
    yield lambda seed=None: desk.grade(Submission(Path("x"), ""), LESSON, desk.Settings(seed))
    desk.close()


def test_a_batch_shares_a_zygote_and_a_seed(at_the_desk):
    (one, seed), *others = (at_the_desk() for _ in range(5))
    assert set(others) == {(one, seed)} and FakeZygote.made == 1
    assert at_the_desk(3)[1] == 3 and one.ends
    desk.close()
    assert at_the_desk()[1] != seed


def test_a_pause_ends_a_batch(at_the_desk, monkeypatch):
    monkeypatch.setattr(desk, "PAUSE", 0.01)
    zygote, _ = at_the_desk()
    desk._clock[0].join(10)
    assert zygote.ends and not desk._open


def test_who_loses_the_room_spoils_it_for_nobody_else(at_the_desk, monkeypatch):
    kept = desk.mark

    def lose(*_: object):
        raise IsolationError("gone")

    monkeypatch.setattr(desk, "mark", lose)
    with pytest.raises(desk.LostRoomError, match="gone"):
        at_the_desk()
    monkeypatch.setattr(desk, "mark", kept)
    zygote, _ = at_the_desk()
    zygote.ends = True  # it died between two
    assert at_the_desk()[0] is not zygote and FakeZygote.made == 3


def test_a_room_that_cannot_be_built_is_taken_down(at_the_desk, monkeypatch):
    closed = []

    def refuse(self):
        raise IsolationError("no")

    monkeypatch.setattr(FakeZygote, "wait", refuse)
    monkeypatch.setattr(FakeZygote, "close", lambda self: closed.append(self))
    with pytest.raises(IsolationError, match="no"):
        at_the_desk()
    assert len(closed) == 1
