"""What is remembered: a plain journal that survives whatever becomes of it."""

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.learner import progress
from autograder.learner.progress import Record, note, note_hint, recall

CELL = "0123456789ab"


def test_nothing_is_remembered_at_first() -> None:
    assert recall() == ({}, "")


def test_the_last_word_on_an_exercise_counts_and_hints_are_kept() -> None:
    note("conv2d", 4, "partly", CELL)
    note_hint("conv2d", 1)
    note_hint("conv2d", 2)
    note("conv2d", 10, "correct", CELL)
    note("relu", 0, "timeout")
    records, remark = recall()
    assert remark == ""
    assert (records["conv2d"].score, records["conv2d"].solved) == (10, True)
    assert (records["conv2d"].hints, records["conv2d"].cell) == (2, CELL)
    assert (records["relu"].status, records["relu"].cell) == ("timeout", "-")


def test_only_what_is_new_is_written_down() -> None:
    note("relu", 5, "correct", CELL)
    size = progress.journal().stat().st_size
    note("relu", 5, "correct", CELL)
    note("relu", 5, "correct")  # in a notebook: which cell it was is known from before
    assert progress.journal().stat().st_size == size
    note("relu", 5, "correct", CELL[::-1])
    assert progress.journal().stat().st_size > size


def test_it_is_plain_text_that_says_what_it_is() -> None:
    note("relu", 5, "correct", CELL)
    head, _, line = progress.journal().read_text().strip().split("\n")
    assert head.startswith("# The journal of your work in ")
    assert line.split()[1:] == ["relu", "5/5", "correct", CELL]


DAMAGE = [
    b"\x00\xff\xfe rubbish", b"2026-11-21T10:00:00+00:00  conv2d 10/10 excellent -\n",
    b"2026-11-21T10:00:00+00:00  conv2d   10/10 corr", b"not a line\n",
    b"yesterday  conv2d 10/10 correct -\n", b"\n\xc3\x28\n", b"{}\n",
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_journal_is_set_aside_and_what_can_be_read_counts(damage: bytes) -> None:
    note("relu", 5, "correct", CELL)
    path = progress.journal()
    whole = path.read_bytes()
    path.write_bytes(whole + damage)
    records, remark = recall()
    assert records["relu"].solved and "damaged" in remark
    aside = path.with_name("progress.damaged-1.txt")
    assert aside.read_bytes() == whole + damage and str(aside) in remark
    assert recall() == ({"relu": records["relu"]}, "")
    note("conv2d", 10, "correct", CELL)
    assert recall()[0]["conv2d"].solved and path.read_bytes().startswith(whole)


def test_a_second_damage_does_not_take_the_place_of_the_first() -> None:
    for text in ("one", "two"):
        progress.journal().write_text(text)
        assert "damaged" in recall()[1]
    kept = sorted(progress.journal().parent.glob("progress.damaged-*.txt"))
    assert [path.read_text() for path in kept] == ["one", "two"]


@given(st.binary(max_size=300))
def test_no_content_makes_it_fail(content: bytes) -> None:
    path = progress.journal()
    path.write_bytes(content)
    records, _ = recall()
    assert all(isinstance(record, Record) for record in records.values())
    assert recall()[1] == ""  # what was kept of it is whole
    for file in path.parent.iterdir():
        file.unlink()


def test_a_folder_in_its_place_is_told_and_no_crash() -> None:
    progress.journal().mkdir(parents=True)
    assert "cannot be read" in recall()[1]


def test_many_may_write_at_once() -> None:
    names = ["relu", "conv2d", "dropout", "max_pool2d"]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: note_hint(names[i % 4], 1 + i % 3), range(200)))
    lines = progress.journal().read_text().strip().split("\n")
    assert sum("hint" in line for line in lines) == 200
    assert recall()[1] == ""


def test_each_clone_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder import clone

    monkeypatch.delenv(clone.HOME)
    homes = set()
    for name in ("one", "two"):
        (tmp_path / name / "lessons").mkdir(parents=True)
        (tmp_path / name / "lessons" / "01_data.py").touch()
        monkeypatch.chdir(tmp_path / name / "lessons")
        assert clone.root() == tmp_path / name
        homes.add(clone.home())
    assert len(homes) == 2
    monkeypatch.chdir(tmp_path)
    assert clone.root() == clone.CODE  # anywhere else, the clone that this code is from


def test_who_remembers_imports_nothing_heavy() -> None:
    code = """
import sys
from autograder.learner import checking, helper, progress, standing
from autograder.commands import status
heavy = {"torch", "numpy", "jupytext", "nbformat", "rich", "IPython"} & set(sys.modules)
sys.exit(", ".join(heavy) or None)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "edited",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.rstrip(b"\n"),
    ],
)
def test_an_editor_may_save_it(edited: Callable[[bytes], bytes]) -> None:
    note("relu", 5, "correct", CELL)
    path = progress.journal()
    path.write_bytes(edited(path.read_bytes()))
    records, remark = recall()
    assert records["relu"].solved and remark == ""
    note("conv2d", 10, "correct", CELL)
    assert [record.solved for record in recall()[0].values()] == [True, True]


def test_nobody_has_more_points_than_there_are() -> None:
    note("relu", 5, "correct", CELL)
    path = progress.journal()
    path.write_text(path.read_text().replace("5/5", "999/5"))
    assert recall()[0]["relu"].score == 5


def test_a_full_disk_takes_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    note("relu", 5, "correct", CELL)
    path = progress.journal()
    before, write = path.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda number, line: write(number, line[:10]))
    with pytest.raises(OSError, match="No space left"):
        note("conv2d", 10, "correct", CELL)
    assert path.read_bytes() == before

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path.write_bytes(before + b"nonsense\n")
    monkeypatch.setattr(progress, "write_atomically", full)
    records, remark = recall()
    assert records["relu"].solved and "stays so" in remark
    assert path.read_bytes() == before + b"nonsense\n"


def test_a_user_without_a_home_has_it_beside_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder import clone

    def none() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv(clone.HOME)
    monkeypatch.setattr(Path, "home", none)
    assert clone.home() == clone.root() / ".autograder"
    assert clone.shown(Path("/somewhere/else")) == "/somewhere/else"


def test_a_clone_that_moved_is_told_where_its_journal_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autograder import clone

    (tmp_path / "old" / "course" / "lessons").mkdir(parents=True)
    (tmp_path / "old" / "course" / "lessons" / "01_data.py").touch()
    monkeypatch.delenv(clone.HOME)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path / "old" / "course")
    note("relu", 5, "correct", CELL)
    before = progress.journal()
    assert progress.of_a_clone_that_moved() == ""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").rename(tmp_path / "new")
    monkeypatch.chdir(tmp_path / "new" / "course")
    assert recall() == ({}, "")
    said = progress.of_a_clone_that_moved()
    assert str(before) in said and str(progress.journal().parent) in said
    progress.journal().parent.mkdir(parents=True)
    before.rename(progress.journal())
    assert recall()[0]["relu"].solved
