"""What people type is understood, and the file that they work in is found."""

import os
import shutil
from pathlib import Path

import pytest

from autograder import clone
from autograder.syllabus import LESSONS, asked_for, lesson_of
from mnist_course.errors import CourseError

LESSON = "03_conv_layers"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone's lessons, to be changed."""
    folder = tmp_path / "a clone"
    shutil.copytree(clone.CODE / "lessons", folder / "lessons")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("name", asked_for())
def test_every_exercise_is_understood(name: str) -> None:
    assert clone.understood(name) == (lesson_of(name), name)
    assert clone.understood(f" {name} ") == (lesson_of(name), name)


@pytest.mark.parametrize("lesson", LESSONS)
def test_lessons_are_understood_however_they_are_called(lesson: str) -> None:
    number, _, words = lesson.partition("_")
    plain = [lesson, number, number[1], words, lesson.upper(), f" {lesson} "]
    files = [f"{lesson}.py", f"{lesson}.ipynb", f"lessons/{lesson}.py", f"lessons\\{lesson}.py"]
    for text in (*plain, *files):
        assert clone.understood(text) == (lesson, None)


def test_case_matters_only_where_two_names_differ_by_it() -> None:
    assert clone.understood("Conv2d")[1] == "Conv2d"
    assert clone.understood("conv2d")[1] == "conv2d"
    assert clone.understood("digitcnn")[1] == "DigitCNN"
    assert clone.understood("ADAM")[1] == "Adam"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("convd", "conv2d"),
        ("conv_layer", "03_conv_layers"),
        ("maxpool2d", "max_pool2d"),
        ("xyz", ""),
    ],
)
def test_what_is_not_understood_gets_a_guess(text: str, meant: str) -> None:
    with pytest.raises(CourseError, match="There is no lesson or exercise") as raised:
        clone.understood(text)
    assert (f"Did you mean {meant}" in str(raised.value)) if meant else ("mean" not in str(raised))


def solve(path: Path) -> None:
    path.write_text(path.read_text().replace("raise NotImplementedError", "return x"))


def test_the_file_is_found_from_anywhere_in_the_clone(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (here, here / "lessons"):
        monkeypatch.chdir(place)
        assert clone.learners_file(LESSON) == here / "lessons" / f"{LESSON}.py"


def test_of_two_files_the_one_with_work_in_it_counts_then_the_newer(here: Path) -> None:
    import jupytext

    script, notebook = (here / "lessons" / f"{LESSON}{kind}" for kind in clone.KINDS)
    jupytext.write(jupytext.read(script), notebook)
    os.utime(script, (1, 1))
    assert clone.learners_file(LESSON) == notebook
    os.utime(notebook, (0, 0))
    assert clone.learners_file(LESSON) == script
    solve(script)
    os.utime(script, (1, 1))
    os.utime(notebook, (9, 9))  # `git pull` may have brought it
    assert clone.learners_file(LESSON) == script


def test_a_file_in_the_working_folder_goes_before(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(here / "lessons" / f"{LESSON}.py", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert clone.learners_file(LESSON) == tmp_path / f"{LESSON}.py"


def test_solutions_are_never_a_learners_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(clone.CODE / "solutions")
    assert clone.learners_file(LESSON).parent == clone.CODE / "lessons"


def test_a_lesson_that_is_gone_is_told(here: Path) -> None:
    (here / "lessons" / f"{LESSON}.py").unlink()
    with pytest.raises(CourseError, match=f"autograder reset {LESSON}"):
        clone.learners_file(LESSON)


def test_a_broken_file_has_no_work_and_is_no_crash(here: Path) -> None:
    path = here / "lessons" / f"{LESSON}.py"
    path.write_bytes(b"\xff\xfe\x00")
    assert not clone.has_work(path, LESSON)
    path.unlink()
    path.symlink_to(here / "nowhere")
    assert not clone.has_work(path, LESSON)


def test_paths_are_shown_as_one_would_type_them(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert clone.shown(here / "lessons" / "x.py") == "lessons/x.py"
    assert clone.shown(tmp_path / "home" / "x.py") == "~/x.py"
    assert clone.shown(tmp_path / "x.py") == str(tmp_path / "x.py")


@pytest.mark.parametrize("lesson", LESSONS)
def test_stubs_are_told_from_answers(lesson: str) -> None:
    from autograder.submission import read

    for folder, stub in (("lessons", True), ("solutions", False)):
        file = read(clone.CODE / folder / f"{lesson}.py")
        for name in clone.names_of(lesson):
            assert clone.is_stub(file.source_of(name)) == stub, name


@pytest.mark.parametrize(
    "answer",
    [
        "def f(x):\n    if x:\n        raise NotImplementedError\n    return 1",
        "def f(x):\n    return 1\n    raise NotImplementedError",
        "def f(x:\n    raise NotImplementedError",
    ],
)
def test_an_answer_that_raises_somewhere_is_no_stub(answer: str) -> None:
    assert not clone.is_stub(answer)
