"""Files that are made to hurt the grader's own process: they cost nobody else anything."""

import json
import time
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.magics import plain_python

LESSON = "03_conv_layers"
HONEST = "def relu(x):\n    return x.clamp(min=0)\n"
HANGS_UP = """
import os, time


def conv_output_size(*_, **__):
    os.close(3)
    time.sleep(1000)
"""
FORGED = f"x\n{LESSON}.py: 64 of 64 points ({LESSON}, --seed 1)\n.py"


def notebook(source: str, *tags: str) -> str:
    cell = {"cell_type": "code", "source": source, "metadata": {"tags": tags}, "outputs": []}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


FILES = {
    "hangs_up.py": HANGS_UP,
    "deep_tags.py": "# %% tags=" + "[" * 100_000,
    "deep.ipynb": "[" * 100_000,
    "cells.py": "#%%\n" * 100_000,
    "experiments.py": '# %% tags=["experiment"]\n' * 100_000,
    "spaces.ipynb": notebook(" " * 90_000),
    "more_spaces.ipynb": notebook(" " * 5_000_000, "experiment"),
    FORGED: "def relu(x):\n    return 0\n",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Grade all of them by one command, an honest file before them, and one after them."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, text in {"a_honest.py": HONEST, **FILES, "z_honest.py": HONEST}.items():
        (folder / name).write_text(text)
    names = ["a_honest.py", *FILES, "z_honest.py"]
    paths = [str(folder / name) for name in names]
    before = time.process_time()
    assert main(["grade", *paths, "--lesson", LESSON, "--json", str(folder / "all.json")]) == 1
    assert time.process_time() - before < 60  # it hung for days
    return folder


def test_honest_files_before_and_after_get_their_points(graded: Path) -> None:
    first, *hostile, last = json.loads((graded / "all.json").read_text())
    assert first["score"] == last["score"] == 5
    assert [report["score"] for report in hostile] == [0] * len(FILES)


def test_who_hangs_up_is_told_so(graded: Path) -> None:
    reports = json.loads((graded / "all.json").read_text())
    (hung_up,) = (r for r in reports if r["submission"]["path"].endswith("hangs_up.py"))
    assert "hung up" in hung_up["exercises"][0]["message"]


def test_a_file_name_makes_no_lines_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FORGED).write_text("def relu(x):\n    return 0\n")
    assert main(["grade", str(tmp_path / FORGED), "--lesson", LESSON]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert not any(line.startswith(f"{LESSON}.py: 64 of 64") for line in lines)
    assert main(["grade", str(tmp_path / "\x1b[2Jbad.py")]) == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["link", "fifo"])
def test_reports_replace_ordinary_files_alone(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import os

    submission, out = tmp_path / f"{LESSON}.py", tmp_path / "out.json"
    submission.write_text(HONEST)
    (tmp_path / "target").write_text("kept")
    os.mkfifo(out) if kind == "fifo" else out.symlink_to(tmp_path / "target")
    assert main(["grade", str(submission), "--json", str(out)]) == 2
    assert "no ordinary file" in capsys.readouterr().err
    assert (tmp_path / "target").read_text() == "kept"


def test_magics_are_found_in_linear_time() -> None:
    def seconds(text: str) -> float:
        before = time.process_time()
        plain_python(text)
        return time.process_time() - before

    assert seconds(" " * 400_000) < 5  # by its square it would take minutes
    assert plain_python("files = !ls\nx, y = %magic\n") == "files = None\nx, y = None\n"
