"""What the watcher does about saves, keys and verdicts; a check is played by the test."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from journey import with_answer

from autograder import clone
from autograder.exercise import Verdict
from autograder.learner import progress, watching
from autograder.learner.watching import Watching
from mnist_course.errors import CourseError

LESSON = "03_conv_layers"
NAMES = ["conv_output_size", "conv2d", "max_pool2d", "relu", "dropout"]


class Played:
    """A check whose outcome the text of the answer tells: `pass`, `fail` or `crash`."""

    asked: list[list[str]] = []  # noqa: RUF012 - of all of them

    def __init__(self, path: Path, _lesson: str, names: list[str], **_: bool) -> None:
        self.path, self.names, self.remarks = path, names, ["a remark"]
        self.asked.append(list(names))

    def verdicts(self) -> Iterator[Verdict]:
        from autograder.learner.standing import sign
        from autograder.submission import read

        file = read(self.path)
        for name in self.names:
            source = file.source_of(name)
            if "crash" in source:
                raise CourseError("the room fell down")
            stub = "not_attempted" if clone.is_stub(source) else "wrong"
            status = "correct" if "pass" in source else stub
            score = progress.asked_for()[name].points if status == "correct" else 0
            progress.note(name, score, status, sign(file, name))
            yield Verdict(name, score, 10, status, message="A message.")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("lessons", "solutions"):
        shutil.copytree(clone.CODE / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(watching, "Checking", Played)
    Played.asked.clear()
    return tmp_path / "lessons" / f"{LESSON}.py"


def write(path: Path, **answers: str) -> None:
    text = path.read_text()
    for name, answer in answers.items():
        text = with_answer(text, name, f"def {name}():\n    {answer}")
    path.write_text(text)


def settle(state: Watching) -> Watching:
    """Take in all events until no check is under way."""
    until = time.monotonic() + 10
    while (state.busy or not state.events.empty()) and time.monotonic() < until:
        state.take(*state.events.get(timeout=10))
    assert not state.busy
    return state


def saved(state: Watching, path: Path, **answers: str) -> Watching:
    write(path, **answers)
    state.take("saved", path)
    return settle(state)


def begun(name: str | None = None) -> Watching:
    state = watching.watching(LESSON, name)
    state.begin()
    return settle(state)


def test_it_begins_with_what_is_next_and_checks_no_stub(path: Path) -> None:
    assert begun().name == "conv_output_size"
    assert Played.asked == []


def test_it_begins_with_what_is_written_and_wrong(path: Path) -> None:
    write(path, relu="fail")
    state = watching.watching(None, None)
    assert (state.lesson, state.name) == (LESSON, "relu")


def test_what_is_saved_is_checked_and_shown(path: Path) -> None:
    state = saved(begun(), path, conv_output_size="fail")
    assert state.verdicts["conv_output_size"].status == "wrong" and state.notes == ["! a remark"]
    assert state.name == "conv_output_size"


def test_green_is_said_and_the_next_one_is_at_hand(path: Path) -> None:
    state = saved(begun(), path, conv_output_size="pass")
    assert state.name == "conv2d" and state.verdicts == {}
    assert "conv_output_size is solved: 9 points." in state.news


def test_the_next_one_is_checked_at_once_if_it_is_written(path: Path) -> None:
    state = begun()
    write(path, conv2d="pass", max_pool2d="fail")
    state.take("saved", path)
    settle(state)
    state = saved(state, path, conv_output_size="pass")
    assert state.name == "max_pool2d" and list(state.verdicts) == ["max_pool2d"]


def test_whatever_is_changed_is_at_hand(path: Path) -> None:
    state = saved(begun(), path, relu="fail")
    assert state.name == "relu" and list(state.verdicts) == ["relu"]


def test_a_solved_one_that_is_broken_is_shown(path: Path) -> None:
    state = saved(begun(), path, conv_output_size="pass")
    state = saved(state, path, conv_output_size="fail")
    assert state.name == "conv_output_size" and "conv_output_size" in state.verdicts


def test_a_save_without_a_change_of_answers_checks_what_is_at_hand_again(path: Path) -> None:
    state = saved(begun(), path, conv_output_size="fail")
    path.write_text(path.read_text().replace("import math", "import math\nimport numpy"))
    state.take("saved", path)
    settle(state)
    assert Played.asked == [["conv_output_size"], ["conv_output_size"]]


def test_another_lesson_that_is_saved_is_at_hand(path: Path) -> None:
    state, other = begun(), path.with_name("01_data.py")
    write(other, normalize="fail")
    state.take("saved", other)
    settle(state)
    assert (state.lesson, state.name) == ("01_data", "normalize")
    assert list(state.verdicts) == ["normalize"]


def test_saves_during_a_check_are_checked_after_it(path: Path) -> None:
    state = begun()
    write(path, conv_output_size="fail")
    state.take("saved", path)
    write(path, conv_output_size="pass")
    state.take("saved", path)
    assert settle(state).name == "conv2d"


def test_a_file_that_is_gone_is_told_until_it_is_back(path: Path) -> None:
    state, away = begun(), path.with_name("away.py")
    path.rename(away)
    state.take("saved", path)
    assert "There is no 03_conv_layers.py" in settle(state).notes[0]
    away.rename(path)
    assert saved(state, path, conv_output_size="pass").name == "conv2d"


def test_a_check_that_fails_is_told_and_the_next_one_works(path: Path) -> None:
    state = saved(begun(), path, conv_output_size="crash")
    assert "the room fell down" in state.notes
    assert saved(state, path, conv_output_size="pass").name == "conv2d"


def test_the_end_of_a_lesson_leads_to_the_next(path: Path) -> None:
    for name in clone.names_of(LESSON)[:-1]:
        progress.note(name, 1, "correct")
    state = saved(begun(), path, DigitCNN="pass")
    assert state.name == "cross_entropy" and state.lesson == "04_training"
    assert "Nothing is left in 03_conv_layers." in state.news


def test_the_end_of_the_course_is_said(path: Path) -> None:
    for name in progress.asked_for():
        if name != "relu":
            progress.note(name, 1, "correct")
    state = saved(begun(), path, relu="pass")
    assert state.name is None and "All exercises of the course are solved" in state.news[-1]
    for key in "hlncr":
        state.take("key", key)  # none of them has anything to work on


def test_keys(path: Path) -> None:
    state = begun()
    state.take("key", "l")
    assert state.notes[:2] == ["  > conv_output_size", "  · conv2d"] and len(state.notes) == 8
    state.take("key", "N")
    assert state.name == "conv2d" and state.notes == []
    state.take("key", "h")
    assert state.notes[0].startswith("conv2d, hint 1 of 3")
    for key in ("x", "\x1b", "\n", ""):
        state.take("key", key)
    assert not state.over
    state.take("key", "q")
    assert state.over


def test_reset_asks_first_and_names_the_backup(path: Path) -> None:
    state = saved(begun(), path, conv_output_size="fail")
    answered = path.read_text()
    for key in ("r", "n"):
        state.take("key", key)
    assert path.read_text() == answered and not state.over
    for key in ("r", "y"):
        state.take("key", key)
    assert path.read_text() == (clone.CODE / "lessons" / path.name).read_text()
    (backup,) = (path.parent / "backups").iterdir()
    assert backup.name in state.notes[0] and backup.read_text() == answered
    state.take("saved", path)
    assert settle(state).verdicts == {} or state.name == "conv_output_size"


def test_what_is_reset_is_what_the_question_was_about(path: Path) -> None:
    state = begun()
    write(path, relu="fail", dropout="fail")
    state.take("saved", path)
    settle(state)
    state.name = "relu"
    state.take("key", "r")
    state.name = "dropout"  # relu turned green while the question was open
    state.take("key", "y")
    text = path.read_text()
    assert "def relu(x: Tensor)" in text and "def dropout():\n    fail" in text


def test_the_backup_stays_on_the_screen_though_a_reset_saves(path: Path) -> None:
    state = saved(begun(), path, conv_output_size="fail")
    for key in ("r", "y"):
        state.take("key", key)
    said = list(state.notes)
    state.take("saved", path)  # the reset's own
    assert settle(state).notes == said and "backups" in said[0] and state.verdicts == {}


def test_a_file_of_another_lesson_without_work_or_gone_is_not_turned_to(path: Path) -> None:
    state, other = begun(), path.with_name("01_data.py")
    other.write_text(other.read_text() + "\n# %%\nnotes = 1\n")
    state.take("saved", other)
    other.unlink()
    state.take("saved", other)
    assert settle(state).lesson == LESSON and state.notes == []


def test_stubs_are_not_listed_beside_what_is_at_hand(path: Path) -> None:
    whole = path.read_text()
    state = saved(begun(), path, conv_output_size="fail")
    half = path.read_text()[:9_000]
    path.write_text(half)
    state.take("saved", path)
    settle(state)
    path.write_text(whole)
    state.take("saved", path)
    assert len(settle(state).verdicts) <= 1


def test_a_lesson_that_is_named_begins_with_what_is_wrong_in_it(path: Path) -> None:
    write(path, relu="fail")
    assert watching.watching(LESSON, None).name == "relu"
