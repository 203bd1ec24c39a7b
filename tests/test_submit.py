"""Handing in: which file, what is said of it, what is written, and where."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from argparse import Namespace
from pathlib import Path

import pytest

from autograder import exchange
from autograder.commands import submit
from autograder.sandbox.host import IsolationError
from autograder.submission import read
from mnist_course.errors import CourseError

ROOT = Path(__file__).parent.parent
LESSON = "03_conv_layers"
RELU = "def relu(x):\n    return x.clamp(min=0)\n"
STUB = "    # Write this part, then take the next line out.\n    raise NotImplementedError\n"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """A clone of the course in which nothing is begun, as the working folder."""
    shutil.copytree(ROOT / "lessons", tmp_path / "clone" / "lessons",
                    ignore=shutil.ignore_patterns("backups", "*.ipynb"))  # fmt: skip
    monkeypatch.chdir(tmp_path / "clone")
    for name in ("HOME", "AUTOGRADER_HOME", "JUPYTER_DATA_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("LOGNAME", "anna")
    for number, path in enumerate(sorted(Path("lessons").glob("*.py"))):
        os.utime(path, (1e9 + number, 1e9 + number))
    return tmp_path / "clone"


@pytest.fixture
def ungraded(monkeypatch):
    """Let nothing be graded here: that takes seconds."""

    def nowhere(*_):
        raise IsolationError("there is no room here")

    monkeypatch.setattr(submit, "_graded_in", nowhere)


def run(*arguments):
    parser = argparse.ArgumentParser()
    submit.add_arguments(parser)
    return submit.run(parser.parse_args(list(map(str, arguments)), Namespace(plain=False)))


def solve(path, name="relu", body="    return x.clamp(min=0)\n"):
    """Write one part of a lesson; it was saved now."""
    text = path.read_text()
    start = text.index(STUB, text.index(f"def {name}("))
    path.write_text(text[:start] + body + text[start + len(STUB) :])


def bundles(folder):
    return sorted(folder.glob("*.zip"))


# ---- what is handed in ---------------------------------------------------------------------------


def test_it_grades_and_writes_the_file_that_was_worked_on_last(clone, capsys):
    solve(clone / "lessons" / "06_augmentation.py", "shift", "    return images\n")
    os.utime(clone / "lessons" / "06_augmentation.py", (2e9, 2e9))
    path = clone / "lessons" / f"{LESSON}.py"
    solve(path)
    solve(path, "conv_output_size", "    return size\n")
    os.utime(path, (2e9 + 1, 2e9 + 1))
    os.utime(clone / "lessons" / "05_evaluation.py", (2e9 + 2, 2e9 + 2))  # saved; nothing is in it
    assert run() == 0
    said = capsys.readouterr().out
    assert said.startswith(f"lessons/{LESSON}.py\n  SHA-256 {read(path).sha256[:12]}…, saved 2033-")
    assert "\n  ✓ relu                      5/5\n" in said
    assert "\n  · conv2d                   0/10  not begun\n" in said
    assert re.search(r"\n  ✗ conv_output_size          \d/9  \S+\n", said)
    assert re.search(r"\n\d+ of 64 points\.\n", said) and "inputs anew" in said
    assert max(map(len, said.splitlines())) <= 80
    (written,) = bundles(clone / "submissions")
    assert said.endswith(f"Handed in: submissions/{written.name}\n")
    assert written.name.startswith(f"{LESSON}-anna-2")
    assert read(written, keep=True).content == path.read_bytes()


def test_a_file_of_which_nothing_is_written_is_handed_in_and_told(clone, capsys):
    assert run("2") == 0
    said = capsys.readouterr().out
    assert "0 of 47 points." in said and "! Nothing of it is written yet." in said
    assert len(bundles(clone / "submissions")) == 1


@pytest.mark.usefixtures("ungraded")
def test_where_nothing_can_be_graded_it_is_handed_in_all_the_same(clone, capsys):
    assert run(LESSON) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "It cannot be graded here (there is no room here). It is handed in all the same." in said
    assert "! Nothing of it seems to be written yet." in said
    assert len(bundles(clone / "submissions")) == 1


def test_a_fault_of_the_grader_costs_nobody_the_deadline(clone, capsys, monkeypatch):
    monkeypatch.setattr(submit, "_graded_in", lambda *_: 1 / 0)
    assert run(LESSON) == 0
    assert "ZeroDivisionError" in capsys.readouterr().out and bundles(clone / "submissions")


def test_without_a_room_it_is_graded_as_well_as_can_be(clone, capsys, monkeypatch):
    graded, tried = submit._graded_in, []

    def only_a_process(submission, lesson, isolation):
        tried.append(isolation)
        if isolation == "full":
            raise IsolationError("this is no Linux")
        return graded(submission, lesson, isolation)

    monkeypatch.setattr(submit, "_graded_in", only_a_process)
    assert run("2") == 0
    assert "0 of 47 points, graded without full isolation." in capsys.readouterr().out
    assert tried == ["full", "process"]


def test_what_was_graded_goes_in_also_if_the_file_changes_meanwhile(clone, capsys, monkeypatch):
    path = clone / "lessons" / f"{LESSON}.py"
    before = path.read_bytes()

    def slow(*_):
        path.write_text("other")
        raise IsolationError("no room")

    monkeypatch.setattr(submit, "_graded_in", slow)
    assert run(LESSON) == 0
    assert read(bundles(clone / "submissions")[0], keep=True).content == before
    assert "It was saved anew meanwhile." in capsys.readouterr().out


@pytest.mark.usefixtures("ungraded")
@pytest.mark.parametrize(
    "name", [LESSON, "3", "03", "conv_layers", "relu", f"{LESSON}.py", f"lessons/{LESSON}.py"]
)
def test_a_lesson_may_be_named_in_many_ways(clone, capsys, name):
    assert run(name) == 0
    assert bundles(clone / "submissions")[0].name.startswith(f"{LESSON}-anna-")
    assert "saved anew" not in capsys.readouterr().out


@pytest.mark.usefixtures("ungraded")
def test_a_notebook_beside_the_script_goes_in_when_the_work_is_in_it(clone):
    cell = {"cell_type": "code", "source": RELU, "metadata": {"nbgrader": {"grade_id": "relu"}}}
    path = clone / "lessons" / f"{LESSON}.ipynb"
    path.write_text(json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5}))
    assert run() == 0
    with zipfile.ZipFile(bundles(clone / "submissions")[0]) as archive:
        assert archive.read(path.name) == path.read_bytes()


@pytest.mark.usefixtures("ungraded")
def test_a_file_elsewhere_is_told_by_its_name_and_handed_in_under_the_lessons(clone, tmp_path):
    path = tmp_path / "my 04_training (2).PY"
    path.write_text("x = 1\n")
    assert run(path, "--to", tmp_path, "--as", "../Eve +*") == 0
    (written,) = bundles(tmp_path)
    assert written.name.startswith("04_training-Eve-2")
    bundle = read(written).bundle
    assert (bundle.name, bundle.learner) == ("04_training.py", "../Eve +*")
    assert not (clone / "submissions").exists()


@pytest.mark.usefixtures("ungraded")
def test_a_conflict_is_a_warning(clone, capsys):
    path = clone / "lessons" / "01_data.py"
    path.write_text(f"<<<<<<< mine\n{RELU}=======\n>>>>>>> theirs\n")
    assert run("1") == 0
    assert "! 01_data.py, line 1: a merge-conflict marker" in capsys.readouterr().out


# ---- what is refused -----------------------------------------------------------------------------

REFUSED = {
    "nothing is begun": ([], "Nothing in lessons is begun yet"),
    "no lesson": (["09_nothing"], "There is no lesson or exercise '09_nothing'"),
    "no file": (["homework.py"], r"There is no file lessons/homework\.py: was it saved"),
    "no file in a folder": ([f"elsewhere/{LESSON}.py"], "There is no file elsewhere/03"),
    "empty": (["empty/01_data.py"], r"empty/01_data\.py is empty: save it"),
    "blank": (["empty/02_visualization.ipynb"], "is empty: save it"),
    "large": (["empty/04_training.py"], "It was not handed in.*too large"),
    "no such folder": ([LESSON, "--to", "nowhere"], "--to nowhere is not there"),
    "a file for a folder": ([LESSON, "--to", "empty/01_data.py"], "is a file: name a folder"),
    "nobody": ([LESSON, "--as", " "], "--as needs a name"),
}


@pytest.mark.usefixtures("ungraded")
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_handed_in_is_told_in_a_sentence(clone, case):
    (clone / "empty").mkdir()
    for name, text in (
        ("01_data.py", ""), ("02_visualization.ipynb", " \n"), ("04_training.py", "#" * 2**25)
    ):  # fmt: skip
        (clone / "empty" / name).write_text(text)
    arguments, sentence = REFUSED[case]
    with pytest.raises(CourseError, match=sentence):
        run(*arguments)
    assert bundles(clone / "submissions") == []


def test_a_folder_that_may_not_be_written_is_refused_before_the_grading(clone, monkeypatch):
    monkeypatch.setattr(submit.os, "access", lambda *_: False)
    monkeypatch.setattr(submit, "_show_grading", lambda *_: pytest.fail("it was graded"))
    with pytest.raises(CourseError, match="nothing may be put into that folder"):
        run(LESSON)


@pytest.mark.parametrize(
    ("variables", "name"),
    [({"LOGNAME": "jovyan", "JUPYTERHUB_USER": "eve"}, "eve"),
     ({"LOGNAME": "anna", "JUPYTERHUB_USER": "eve"}, "anna"), ({"LOGNAME": "jovyan"}, "jovyan")],
)  # fmt: skip
def test_on_a_hub_the_hub_knows_who_it_is(monkeypatch, variables, name):
    for variable, value in variables.items():
        monkeypatch.setenv(variable, value)
    assert submit._learner(None) == name and submit._learner(" Bob ") == "Bob"


# ---- nbgrader's exchange -------------------------------------------------------------------------


@pytest.fixture
def course(clone, tmp_path):
    """The folder of a course in an exchange, with lesson 3 released."""
    folder = tmp_path / "exchange" / "digits"
    (folder / "inbound").mkdir(parents=True)
    (folder / "inbound").chmod(0o733)
    (folder / "outbound" / LESSON).mkdir(parents=True)
    (folder / "outbound" / LESSON / f"{LESSON}.ipynb").write_text("{}")
    return folder


@pytest.mark.usefixtures("ungraded")
def test_nbgrader_collects_what_was_handed_in(clone, course, tmp_path, capsys):
    path = clone / "lessons" / f"{LESSON}.py"
    solve(path)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert run(LESSON, "--to", course, "--as", "anna") == 0
    (placed,) = (course / "inbound").iterdir()
    assert re.fullmatch(rf"anna\+{LESSON}\+[-\d]+ [\d:.]+ UTC\+\S+", placed.name)
    assert placed.name in capsys.readouterr().out and placed.stat().st_mode & 0o777 == 0o777
    assert {file.stat().st_mode & 0o777 for file in placed.iterdir()} == {0o644}
    (tmp_path / "grader").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", "collect", LESSON, "--course=digits",
         f"--Exchange.root={course.parent}", f"--CourseDirectory.root={tmp_path / 'grader'}"],
        capture_output=True, text=True, cwd=tmp_path / "grader",
        env={
            **os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "none"), "HOME": str(tmp_path),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # alembic
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    collected = tmp_path / "grader" / "submitted" / "anna" / LESSON
    assert (collected / "timestamp.txt").read_text() in placed.name
    notebook = json.loads((collected / f"{LESSON}.ipynb").read_text())
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    marks = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    cell = next(c for c, m in zip(notebook["cells"], marks, strict=True)
                if m.get("grade_id") == "relu")  # fmt: skip
    assert "clamp(min=0)" in "".join(cell["source"])
    checks = [mark for mark in marks if mark.get("grade")]
    assert len(checks) == 8 and sum(mark["points"] for mark in checks) == 64


@pytest.mark.usefixtures("ungraded")
def test_a_notebook_goes_into_the_exchange_as_it_is(clone, course):
    path = clone / f"{LESSON}.ipynb"
    path.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert run(path, "--to", course) == 0
    (placed,) = (course / "inbound").iterdir()
    assert (placed / path.name).read_bytes() == path.read_bytes()


@pytest.mark.usefixtures("ungraded")
def test_only_what_was_released_is_taken_by_nbgrader(course):
    with pytest.raises(CourseError, match="no assignment 01_data"):
        run("1", "--to", course)
    assert list((course / "inbound").iterdir()) == []


def test_an_exchange_is_no_course_and_a_course_in_it_is_named(course, monkeypatch):
    monkeypatch.setattr(submit, "_show_grading", lambda *_: pytest.fail("it was graded"))
    with pytest.raises(CourseError, match=r"name one \(--to .*exchange/digits\)"):
        run(LESSON, "--to", course.parent)
    assert bundles(course.parent) == []


def test_a_course_that_is_closed_is_refused(course, monkeypatch):
    monkeypatch.setattr(exchange.os, "access", lambda *_: False)
    with pytest.raises(CourseError, match="inbound cannot be written"):
        run(LESSON, "--to", course)
