"""Every command of the README is run: here, in a clone, or where it says."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from journey import RIGHT, end_helpers, make_learner
from PIL import Image, ImageDraw

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
GUIDE = README.partition("# What was measured")[0]  # the rest shows what commands print
# What is run elsewhere, and a line there that shows it.
ELSEWHERE = {
    "git clone <this repository> mnist-course": ("tests/two_commands.sh", "make start"),
    "cd mnist-course": ("tests/two_commands.sh", "make start"),
    "make start": ("tests/two_commands.sh", "make start |"),
    'make start TORCH="torch torchvision --index-url …"': ("Makefile", "export TORCH"),
    "python tools/install.py": ("Makefile", "tools/install.py"),
    r".venv\Scripts\python -m mnist_course start": ("Makefile", "-m mnist_course start"),
    "make lab": ("tests/journey.py", '"tools/lab.py"'),
    "autograder watch": ("tests/test_journey_terminal.py", "autograder watch"),
    "pytest solutions": (".ci/run", "-m pytest solutions"),
}


def commands() -> list[str]:
    """Return the commands that a reader is told to type, in order."""
    without_fences = re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL)
    return [line[4:] for line in without_fences.split("\n") if re.match(r"    \S", line)]


def test_there_are_commands_and_each_is_a_command() -> None:
    programs = {line.split()[0] for line in commands()}
    assert programs == {
        "git", "cd", "make", "python", r".venv\Scripts\python", "source", "autograder", "eval",
        "pytest", "mnist-course",
    }  # fmt: skip
    assert len(commands()) > 30


def test_what_is_run_elsewhere_is_run_there() -> None:
    assert set(commands()) >= set(ELSEWHERE)
    for file, evidence in ELSEWHERE.values():
        assert evidence in (ROOT / file).read_text(), file


def test_each_command_runs(
    tmp_path: Path, write_root: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    learner = make_learner(tmp_path)
    _furnish(learner.clone, tmp_path / "data", write_root)
    learner.write(RIGHT)
    learner.env.update(
        MNIST_COURSE_DATA=str(tmp_path / "data"), AUTOGRADER_HELPER="1", MPLBACKEND="Agg",
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    )  # fmt: skip
    request.addfinalizer(lambda: end_helpers(tmp_path))
    for line in commands():
        if line not in ELSEWHERE:
            done = subprocess.run(
                ["bash", "-c", _shortened(line)], cwd=learner.clone, env=learner.env,
                capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            said = done.stdout + done.stderr
            assert done.returncode in (0, 1) and "Traceback" not in said, f"{line}\n{said}"
            wrong = line.startswith(("autograder check", "autograder grade", "autograder update"))
            assert done.returncode == 0 or wrong, f"{line}\n{said}"


def _shortened(line: str) -> str:
    """Train for two epochs: a small set would be gone through as often as its steps ask for."""
    if line.startswith("mnist-course train") and "--epochs" not in line:
        return f"{line} --epochs 2"
    return f"{line} --validation 0.3" if line.startswith("mnist-course sweep") else line


def _furnish(clone: Path, data: Path, write_root: Callable[..., Any]) -> None:
    """Lay down what the commands speak of: photos, files handed in, a small data set, .venv."""
    write_root(data)
    for name in ("photo.jpg", "another.png"):
        photo = Image.new("L", (200, 200), 250)
        ImageDraw.Draw(photo).line((100, 40, 96, 160), fill=20, width=14)
        photo.save(clone / name)
    for folder, lesson in (("handed_in", "03_conv_layers"), ("networks", "07_capstone")):
        (clone / folder).mkdir()
        shutil.copy(clone / "solutions" / f"{lesson}.py", clone / folder)
    (clone / "submissions" / "anna").mkdir(parents=True)
    shutil.copy(clone / "solutions" / "01_data.py", clone / "submissions" / "anna")
    (clone / ".venv").symlink_to(Path(sys.prefix))
