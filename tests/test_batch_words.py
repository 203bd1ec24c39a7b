"""What `autograder batch` says: good English of one and of many, and a bar that fits."""

import io
from types import SimpleNamespace

import pytest
from batch_class import write
from rich.console import Console

from autograder.batch.exports import Rows
from autograder.batch.layouts import survey
from autograder.batch.pace import Pace, duration
from autograder.commands import batch
from autograder.screen import Screen


def said(place, files, capsys):
    found = survey(write(place, files))
    batch._tell_what_was_found(found, Screen(plain=True))
    rows = Rows(found.found, str, lambda _: {"score": 1}, {})
    batch._end(rows, place, None, Screen(plain=True))
    return capsys.readouterr().out


def test_one_is_told_as_one(tmp_path, capsys):
    out = said(tmp_path, {"anna/01_data.py": "x = 1\n", "notes.pdf": "x"}, capsys)
    assert "1 submission of 1 learner.\n1 file is left out:\n" in out
    assert "1 of 1 is graded" in out
    assert duration(1) == "1 second" and duration(0.2) == "0 seconds"


def test_many_are_told_as_many(tmp_path, capsys):
    files = {f"s{n}/01_data.py": f"x = {n}\n" for n in range(2)}
    out = said(tmp_path, {**files, "a.pdf": "x", "b.pdf": "x"}, capsys)
    assert "2 submissions of 2 learners.\n2 files are left out:\n" in out
    assert "2 of 2 are graded" in out


def test_a_list_that_is_not_written_is_not_spoken_of(tmp_path, capsys):
    out = said(tmp_path, {f"{n}.pdf": "x" for n in range(12)}, capsys)
    assert "and 2 more." in out and "left_out.csv" not in out


@pytest.mark.parametrize("columns", [40, 80])
def test_the_bar_fits_and_its_numbers_are_whole(columns):
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=columns, color_system=None)
    screen = SimpleNamespace(terminal=True, plain=False, console=console, width=columns)
    with Pace(3000, screen) as pace:
        pace.began -= 60
        pace.done = 1233
        pace.bar.update(pace.bar.task_ids[0], advance=1233)
        pace.advance()
    last = file.getvalue().replace("\r", "\n").split("\n")
    line = next(line for line in reversed(last) if "3000" in line)
    assert "1234/3000" in line and "a minute" in line and "…" not in line
    assert ("left" in line) == (columns == 80)
