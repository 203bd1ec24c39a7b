"""Saves are seen, however an editor writes, and nothing else is."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.learner import saves
from autograder.learner.saves import Saves

NAME = "03_conv_layers.py"


class Seen(list[Path]):
    """What was told; waits for more of it."""

    def comes(self, seconds: float = 10) -> bool:
        until = time.monotonic() + seconds
        while not self and time.monotonic() < until:
            time.sleep(0.01)
        there = bool(self)
        self.clear()
        return there


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "my lessons"
    path.mkdir()
    (path / NAME).write_text("first")
    return path


@pytest.fixture
def seen(folder: Path) -> Iterator[Seen]:
    found = Seen()
    with Saves(folder, found.append):
        yield found


def replaced(path: Path) -> None:
    other = path.with_name(".tmp-of-the-editor")
    other.write_text("written beside, then moved")
    other.replace(path)


def backed_up(path: Path) -> None:
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text("written anew")


WAYS: dict[str, Callable[[Path], None]] = {
    "written in place": lambda path: path.write_text("second") and None,
    "written beside and moved": replaced,
    "moved away and written": backed_up,
    "removed and written": lambda path: (path.unlink(), path.write_text("x"))[0],
    "of the same size": lambda path: path.write_text("tsrif") and None,
}


@pytest.mark.parametrize("way", WAYS)
def test_a_save_is_seen(way: str, folder: Path, seen: Seen) -> None:
    for _ in range(2):
        WAYS[way](folder / NAME)
        assert seen.comes()
        time.sleep(0.2)
        seen.clear()


def test_notebooks_and_other_lessons_are_seen_and_other_files_are_not(
    folder: Path, seen: Seen
) -> None:
    (folder / "notes.txt").write_text("mine")
    (folder / f".{NAME}.swp").write_text("the editor's")
    (folder / ".ipynb_checkpoints").mkdir()
    assert not seen.comes(1.5)
    (folder / "03_conv_layers.ipynb").write_text("{}")
    assert seen.comes()
    (folder / "07_capstone.py").write_text("")
    assert seen.comes()


def test_renaming_away_and_back_is_seen(folder: Path, seen: Seen) -> None:
    (folder / NAME).rename(folder / "elsewhere.py")
    assert seen.comes()
    (folder / "elsewhere.py").rename(folder / NAME)
    assert seen.comes()


def test_a_folder_that_goes_and_comes_back_is_followed(folder: Path, seen: Seen) -> None:
    shutil.rmtree(folder)
    assert seen.comes()
    time.sleep(1.2)
    folder.mkdir()
    (folder / NAME).write_text("again")
    assert seen.comes()
    (folder / NAME).write_text("and again")
    assert seen.comes()


def test_saves_are_seen_without_events_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_events(*_: object, **__: object) -> None:
        raise OSError(28, "no more watches to be had")

    monkeypatch.setattr("watchfiles.watch", no_events)
    monkeypatch.setattr(saves, "LOOK", 50)
    found = Seen()
    with Saves(folder, found.append):
        (folder / NAME).write_text("second")
        assert found.comes()


def test_a_save_is_seen_at_once_by_its_event(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saves, "LOOK", 60_000)  # so that only an event can tell
    found = Seen()
    with Saves(folder, found.append):
        time.sleep(0.5)
        os.utime(folder / NAME)
        assert found.comes()
