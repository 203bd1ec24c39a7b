"""A term with nbgrader's own commands: from release to feedback, and whatever is handed in."""

import html
import json
import shutil
import subprocess
import sys
import urllib.request

import jupytext
import pytest
from grader_command import command, without
from journey import FLIPPED, TOKEN, Lab, _end, _free_port
from journey import _wait_for as wait_for
from nbgrader_course import (
    FILE,
    LESSON,
    SEED,
    Course,
    cell_of,
    checks,
    handed_in,
    mark_of,
    shown,
    what_may_act,
)  # fmt: skip

from autograder.nbgrading import course as courses
from autograder.release import LESSON_FILES
from autograder.syllabus import asked_for, names_of


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
    done = command("grade", *paths, "--seed", SEED, "--lesson", "3", "--json", out)
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


def test_nothing_that_a_learner_wrote_acts_in_the_feedback(graded):
    assert what_may_act(graded.feedback("hostile")) == what_may_act(graded.feedback("twin"))
    text = json.dumps(graded.autograded("hostile"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text  # it can be read


def test_what_two_handed_in_is_graded_once(graded):
    one, other = (graded.autograded(name)["metadata"] for name in ("twin", "never_run"))
    assert one["autograder"] == other["autograder"]


def test_nobody_is_told_where_submissions_lie_and_nbgrader_does_not_warn(graded, files):
    for student in files:
        assert str(graded.folder) not in json.dumps(graded.autograded(student)), student
    assert "Warning:" not in graded.log and "Traceback" not in graded.log


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
    listed = lab.ask(f"submitted_notebooks/{LESSON}/{LESSON}", base="formgrader/api")
    pages = {one["student"]: _page(lab, one) for one in listed if one["student"] in SHOWN}
    assert all(f"{LESSON}.ipynb" in html.unescape(page) for page in pages.values())
    hostile, twin = (what_may_act(pages[student]) for student in SHOWN)
    assert hostile == twin


SHOWN = ("hostile", "twin")


def _page(lab, listed):
    """Return what formgrader shows of a submission, without its number and its learner's name."""
    page = f"{lab.url}formgrader/submissions/{listed['id']}/"
    request = urllib.request.Request(page, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read().decode()
    return text.replace(listed["id"], "").replace(f"autograded/{listed['student']}/", "")


# ---- release -------------------------------------------------------------------------------------


def test_learners_get_the_lesson(course):
    notebook = course.read("release", LESSON, FILE)
    wanted = jupytext.read(LESSON_FILES / f"{LESSON}.py", fmt="py:percent").cells
    found = ["".join(cell["source"]) for cell in notebook["cells"]]
    assert [text for text in found if "](../" in text] == []
    assert found[:-1] == [cell.source for cell in wanted][:-1] and len(found) == len(wanted)
    points = {mark_of(cell)["grade_id"]: mark_of(cell)["points"] for cell in checks(notebook)}
    assert points == {f"check-{name}": asked_for()[name].points for name in names_of(LESSON)}


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
