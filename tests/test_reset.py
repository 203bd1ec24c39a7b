"""`autograder reset`: back to the stub, wherever the lesson lies; what was there is kept."""

import json
import re
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import nbformat
import pytest
from small_lessons import (
    IMPORTS,
    LESSON,
    SHOW,
    STUBS,
    TOP,
    Course,
    answered,
    check,
    exercise,
    git,
    marks,
    only_one_lesson,
    small,
    stub,
    text_of,
)

from autograder import clone
from autograder.commands import reset
from autograder.syllabus import LESSONS
from autograder.upkeep.parts import as_notebook, script_of
from autograder.upkeep.pristine import pristine, versions
from autograder.upkeep.resetting import reset_exercise, reset_lesson
from mnist_course.errors import CourseError

ROOT = Path(__file__).parent.parent
OLD = small()
MINE = answered(OLD, relu="return x * (x > 0)", conv2d="return 'mine'")


@pytest.fixture
def course(tmp_path, monkeypatch):
    only_one_lesson(monkeypatch, tmp_path)
    made = Course(tmp_path, OLD)
    monkeypatch.chdir(made.clone)
    return made


def run(what: str) -> int:
    return reset.run(Namespace(target=what))


# ---- the lesson as learners get it ---------------------------------------------------------------


def test_the_lesson_is_what_was_pulled_whatever_the_learner_committed(course):
    course.write(MINE)
    course.git("commit", "-qam", "My answers")
    assert pristine(LESSON) == OLD
    course.publish(small("relu"))
    course.git("fetch", "-q")
    assert pristine(LESSON) == OLD  # what was only fetched is not in the folder yet


def test_without_an_upstream_it_is_what_was_committed(course):
    course.git("branch", "--unset-upstream")
    course.write("nothing")
    assert pristine(LESSON) == OLD


@pytest.mark.parametrize("committed", [MINE, OLD + "\ndef broken(:\n", "no cells\n", "pass\n"])
def test_a_lesson_with_answers_or_a_damaged_one_is_cut_from_the_solutions(course, committed):
    course.publish(committed)
    course.git("pull", "-q")
    solved = OLD.replace("    raise NotImplementedError\n", "    ### END SOLUTION\n")
    solved = solved.replace(
        "    # Write this part, then take", "    ### BEGIN SOLUTION\n    # take"
    )
    (course.clone / "solutions").mkdir()
    (course.clone / "solutions" / f"{LESSON}.py").write_text(solved)
    text = pristine(LESSON)
    assert [part.text for part in script_of(text).parts][1:] == [
        part.text for part in script_of(OLD).parts
    ][1:]


def test_without_solutions_it_is_the_last_that_git_had(course):
    course.git("branch", "--unset-upstream")
    course.write(MINE)
    course.git("commit", "-qam", "Mine")
    assert pristine(LESSON) == OLD


@pytest.mark.parametrize("path", ["", "/nowhere"])
def test_without_git_it_is_cut_from_the_solutions(tmp_path, monkeypatch, path):
    folder = tmp_path / "unzipped here"
    for name in ("lessons", "solutions"):
        (folder / name).mkdir(parents=True)
        text = (ROOT / name / f"{LESSON}.py").read_bytes()
        (folder / name / f"{LESSON}.py").write_bytes(text)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    if path:
        monkeypatch.setenv("PATH", path)
    assert pristine(LESSON).encode() == (folder / "lessons" / f"{LESSON}.py").read_bytes()
    assert versions(LESSON) == []


def test_where_nothing_is_to_be_had_a_sentence_says_so(course):
    course.git("checkout", "-q", "--orphan", "other")
    with pytest.raises(CourseError, match="cannot be cut from solutions/"):
        pristine(LESSON)


def test_the_variables_of_a_hook_do_not_lead_astray(course, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "another"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "none"))
    course.write(MINE)
    assert pristine(LESSON) == OLD


def test_versions_are_the_texts_of_the_course_the_newest_first(course):
    newer = OLD.replace("a picture", "a drawing")
    for text in (newer, OLD, None, MINE, newer):
        course.publish(text)
    course.git("pull", "-q")
    course.write(newer.replace("a drawing", "mine"))
    course.git("commit", "-qam", "My own")
    assert versions(LESSON) == [newer, OLD]


# ---- an exercise ---------------------------------------------------------------------------------


def test_an_exercise_is_a_stub_again_and_the_old_text_is_kept(course, capsys):
    course.write(MINE)
    assert run("relu") == 0
    assert course.read() == answered(OLD, conv2d="return 'mine'")
    (copy,) = course.backups
    assert copy.read_text() == MINE
    assert re.fullmatch(rf"{LESSON} \d{{4}}-\d\d-\d\d \d\d\.\d\d\.\d\d\.py", copy.name)
    said = capsys.readouterr().out
    assert said == (
        f"relu is a stub again in lessons/{LESSON}.py. What you had is kept in "
        f"lessons/backups/{copy.name}\n"
    )


def test_a_second_time_there_is_nothing_to_do_and_no_copy(course):
    course.write(MINE)
    reset_exercise("relu")
    before = course.file.stat().st_mtime_ns
    assert "a stub already" in reset_exercise("relu")
    assert len(course.backups) == 1 and course.file.stat().st_mtime_ns == before


def test_no_copy_is_ever_written_over(course, monkeypatch):
    for number in range(3):
        course.write(MINE.replace("'mine'", f"{number}"))
        reset_exercise("relu")
    texts = {copy.read_text() for copy in course.backups}
    assert len(texts) == 3


ODD = {
    "crlf": MINE.replace("\n", "\r\n").encode(),
    "bom": b"\xef\xbb\xbf" + MINE.encode(),
    "mac": MINE.replace("\n", "\r").encode(),
    "mixed": MINE.replace(
        "import math\n", "import math\r\n\x0c\x85\u2028\tölç\N{SNOWMAN}  \n"
    ).encode(),
    "broken": MINE.replace("import math", "((( ''' \\").encode(),
    "no end": MINE.rstrip("\n").encode(),
    "text above": b"#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n" + MINE.encode(),
}


@pytest.mark.parametrize("kind", ODD)
def test_every_other_byte_stays(course, kind):
    course.file.write_bytes(ODD[kind])
    reset_exercise("relu")
    end = {"crlf": b"\r\n", "mac": b"\r"}.get(kind, b"\n")
    body = b"    return x * (x > 0)" + end
    raised = [line for line in stub("relu").split("\n") if line.startswith("    ")][1:]
    wanted = b"".join(line.encode() + end for line in raised)
    assert course.file.read_bytes() == ODD[kind].replace(body, wanted)
    assert course.backups[0].read_bytes() == ODD[kind]


def test_the_last_cell_of_a_file_can_be_reset(course):
    text = text_of(IMPORTS, check("relu"), stub("relu"))
    course.write(answered(text, relu="return 1").rstrip("\n"))
    reset_exercise("relu")
    assert course.read() == text.rstrip("\n")


def test_mode_and_link_stay(course, tmp_path):
    real = tmp_path / "elsewhere.py"
    real.write_text(MINE)
    real.chmod(0o440)
    course.file.unlink()
    course.file.symlink_to(real)
    reset_exercise("relu")
    assert course.file.is_symlink() and real.stat().st_mode & 0o777 == 0o440
    assert "x * (x > 0)" not in real.read_text()


def test_cells_that_were_doubled_become_one(course):
    (cell,) = re.findall(r'# %%[^\n]*"relu".*?(?=\n# %%)', MINE, re.DOTALL)[:1]
    course.write(MINE.replace(SHOW, f"{cell}\n{SHOW}") + f"\n{cell}\n")
    reset_exercise("relu")
    assert course.read().count("def relu") == 1
    assert "x * (x > 0)" not in course.read() and "a picture" in course.read()


def test_both_files_of_a_pair_are_reset(course, capsys):
    course.write(MINE)
    course.notebook.write_text(as_notebook(MINE))
    assert run("relu") == 0
    assert "x * (x > 0)" not in course.read() + course.notebook.read_text()
    assert {copy.suffix for copy in course.backups} == {".py", ".ipynb"}
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_notebook_keeps_all_other_outputs(course):
    course.file.unlink()
    found = json.loads(as_notebook(MINE))
    for cell in found["cells"]:
        if cell["cell_type"] == "code":
            text = {"name": "stdout", "output_type": "stream", "text": ["ünd \ud83d\n"]}
            cell |= {"outputs": [text], "execution_count": 3}
            cell["metadata"]["mine"] = {"too": 1}
    course.notebook.write_text(json.dumps(found))
    reset_exercise("relu")
    after = json.loads(course.notebook.read_text())
    differ = [(a, b) for a, b in zip(found["cells"], after["cells"], strict=True) if a != b]
    ((before, now),) = differ
    assert "NotImplementedError" in "".join(now["source"])
    assert (now["outputs"], now["execution_count"]) == ([], None)
    assert (now["id"], now["metadata"]) == (before["id"], before["metadata"])
    nbformat.validate(nbformat.reads(course.notebook.read_text(), as_version=4))


@pytest.mark.parametrize("kind", [".py", ".ipynb"])
def test_a_cell_that_is_gone_is_put_back_with_its_check(course, kind):
    text = text_of(IMPORTS, *exercise("conv2d"), "# %%\nx = 1\n", *exercise("dropout"))
    course.write(text)
    if kind == ".ipynb":
        course.file.unlink()
        course.notebook.write_text(as_notebook(text))
    said = reset_exercise("relu")
    assert said.startswith(f"The cell of relu was not in lessons/{LESSON}{kind}; its stub is there")
    if kind == ".py":
        ids = [part.grade_id for part in script_of(course.read()).parts if part.grade_id]
    else:
        nbformat.validate(nbformat.reads(course.notebook.read_text(), as_version=4))
        cells = json.loads(course.notebook.read_text())["cells"]
        ids = [c["metadata"]["nbgrader"]["grade_id"] for c in cells if "nbgrader" in c["metadata"]]
    assert ids == [f"{c}{n}" for n in STUBS for c in ("", "check-")]


def test_a_cell_that_is_gone_comes_before_its_check_if_that_is_there(course):
    course.write(OLD.replace(stub("relu"), ""))
    reset_exercise("relu")
    assert course.read().split() == OLD.split()


def test_of_a_definition_in_another_cell_it_is_said_where_it_is(course):
    course.write(MINE.replace(f"# %% nbgrader={marks('relu')}", "# %%"))
    said = reset_exercise("relu")
    line = course.read().split("\n").index("def relu(x):")
    lines = [i for i, t in enumerate(course.read().split("\n"), 1) if t == "def relu(x):"]
    assert len(lines) == 2 and line
    number = int(re.search(r"relu is defined at line (\d+), too", said)[1])
    cell = "\n".join(course.read().split("\n")[number - 1 :])
    assert cell.startswith("# %%\ndef relu(x):\n") and "x * (x > 0)" in course.read()


def test_the_place_is_that_after_the_stub_was_put_back(course):
    course.write(small("conv2d", "dropout") + "\n# %%\ndef relu(x):\n    return 1\n")
    number = int(re.search(r"at line (\d+), too", reset_exercise("relu"))[1])
    assert course.read().split("\n")[number - 1 : number + 1] == ["# %%", "def relu(x):"]


DAMAGED = {
    "conflict": (MINE.replace("a picture", "x\n<<<<<<< HEAD\n=======\n>>>>>>> a").encode(), ".py"),
    "latin": (MINE.replace("a picture", "ä").encode("latin-1"), ".py"),
    "json": (b'{"cells": [', ".ipynb"),
    "list": (b"[]", ".ipynb"),
    "old": (b'{"nbformat": 3, "worksheets": []}', ".ipynb"),
    "no cells": (MINE.replace("# %%", "#").encode(), ".py"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_in_a_damaged_file_nothing_is_touched_and_a_way_out_is_said(course, kind):
    content, suffix = DAMAGED[kind]
    path = course.file.with_suffix(suffix)
    course.write(MINE)
    path.write_bytes(content)
    with pytest.raises(CourseError, match=f"autograder reset {LESSON}"):
        reset_exercise("relu")
    assert path.read_bytes() == content and course.backups == []
    assert suffix == ".py" or course.read() == MINE  # nor in the other one
    reset_lesson(LESSON)
    assert course.read() == OLD
    assert content in [copy.read_bytes() for copy in course.backups]


# ---- a lesson ------------------------------------------------------------------------------------


def test_a_lesson_is_as_the_course_brought_it(course, capsys):
    course.write(MINE)
    course.notebook.write_text(as_notebook(MINE))
    assert run("3") == 0
    assert course.read() == OLD
    cells = json.loads(course.notebook.read_text())["cells"]
    assert ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"] == [
        part.text for part in script_of(OLD).parts if part.kind == "code"
    ]
    nbformat.validate(nbformat.reads(course.notebook.read_text(), as_version=4))
    said = capsys.readouterr().out
    assert all(f"lessons/backups/{copy.name}" in said for copy in course.backups)
    assert run(LESSON) == 0
    assert capsys.readouterr().out.count("nothing to put back") == 2
    assert len(course.backups) == 2


def test_a_lesson_that_jupyterlab_saved_without_its_first_lines_is_as_it_was_brought(course):
    course.write(OLD.removeprefix(TOP))
    assert "nothing to put back" in reset_lesson(LESSON) and course.backups == []


@pytest.mark.parametrize("what", ["relu", "03"])
def test_a_lesson_that_is_not_there_is_written(course, what, capsys):
    course.file.unlink()
    assert run(what) == 0
    assert course.read() == OLD and course.backups == []
    assert capsys.readouterr().out == f"lessons/{LESSON}.py was not there, and is there again.\n"


def test_a_copy_that_cannot_be_kept_leaves_all_as_it_was(course):
    course.write(MINE)
    (course.file.parent / "backups").write_text("in the way")
    with pytest.raises(OSError):
        reset_lesson(LESSON)
    assert course.read() == MINE


def test_the_file_in_the_working_folder_is_meant(course, monkeypatch):
    work = course.clone / "my work"
    work.mkdir()
    (work / f"{LESSON}.py").write_text(MINE)
    course.write(MINE)
    monkeypatch.chdir(work)
    assert reset_exercise("relu").startswith(f"relu is a stub again in {LESSON}.py.")
    assert course.read() == MINE


def test_what_is_neither_is_said(course):
    with pytest.raises(CourseError, match="no lesson or exercise"):
        run("nothing")


def test_reset_imports_nothing_heavy():
    code = "import sys, autograder.commands.reset, autograder.commands.update\n"
    code += (
        "print([n for n in ('torch','numpy','jupytext','nbformat','nbgrader') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[]\n", done.stderr


def test_the_lessons_of_this_course_are_taken_apart_and_put_together_byte_for_byte():
    for path in clone.CODE.glob("lessons/*.py"):
        text = path.read_text(encoding="utf-8")
        sheet = script_of(text)
        assert sheet.content().decode() == sheet.written(sheet.parts).decode() == text
    assert git(ROOT, "--version")


def test_lessons_have_their_order_again_after_a_test_that_has_one(tmp_path: Path) -> None:
    before = list(LESSONS)
    with pytest.MonkeyPatch.context() as patch:
        only_one_lesson(patch, tmp_path)
        assert list(LESSONS) == ["03_conv_layers"]
    assert list(LESSONS) == before
