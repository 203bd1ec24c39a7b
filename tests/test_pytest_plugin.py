"""`pytest solutions` and `pytest lessons`: an item for each exercise, with points."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.exercises import exercises_of

ROOT = Path(__file__).parent.parent
TOTAL = sum(exercise.points for exercise in exercises_of("03_conv_layers"))
ONE = """# %%
def relu(x):
    return x.clamp(min=0)

# %%
def conv_output_size(size, kernel_size, stride=1, padding=0):
    return size
"""


def pytest_on(*arguments, env=None):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **(env or {})}
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def lesson(tmp_path):
    path = tmp_path / "03_conv_layers.py"
    path.write_text(ONE)
    return path


def test_each_exercise_is_an_item_with_its_points(lesson):
    code, shown = pytest_on("-v", lesson)
    assert code == 1
    assert "relu PASSED 5/5" in shown.replace("  ", " ") or "::relu PASSED" in shown
    assert "::conv_output_size FAILED 0/" in shown and "::conv2d MISSING 0/" in shown
    assert f" of {TOTAL} points" in shown and "Traceback" not in shown


def test_a_solved_lesson_passes():
    code, shown = pytest_on(ROOT / "solutions" / "03_conv_layers.py")
    assert code == 0, shown
    assert f"03_conv_layers: {TOTAL} of {TOTAL} points" in shown


def test_an_unsolved_lesson_is_shown_as_not_attempted():
    code, shown = pytest_on("-v", ROOT / "lessons" / "03_conv_layers.py")
    assert code == 1 and f"0 of {TOTAL} points" in shown
    assert shown.count("NOT ATTEMPTED 0/") >= len(exercises_of("03_conv_layers"))


def test_a_seed_repeats_the_grading(lesson):
    assert [pytest_on("--seed", "4", lesson)[0] for _ in range(2)] == [1, 1]


def test_another_file_is_none_of_its_business(tmp_path):
    (tmp_path / "test_a.py").write_text("def test_a(): pass\n")
    (tmp_path / "03_notes.py").write_text("raise SystemExit\n")
    assert "1 passed" in pytest_on(tmp_path)[1]


def test_data_that_is_not_there_is_told(lesson, tmp_path):
    lesson.with_name("04_training.py").write_text(
        "# %%\ndef train_digit_cnn(train_images, train_labels, seed=0):\n    return None\n"
    )
    env = {"MNIST_COURSE_DATA": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    env |= {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    code, shown = pytest_on("--data", "mnist", lesson.with_name("04_training.py"), env=env)
    assert code == 1 and "MNIST_COURSE_DATA" in shown


def test_a_file_that_is_named_is_run_once_and_not_imported(tmp_path):
    path = tmp_path / "03_conv_layers.py"
    log = tmp_path / "log"
    path.write_text(
        f"# %%\nwith open({str(log)!r}, 'a') as log:\n    log.write('run ')\n"
        + ONE
        + "\n# %%\ndef broken(:\n\n# %%\nraise SystemExit(3)\n"
    )
    code, shown = pytest_on(path)
    assert code == 1 and log.read_text() == "run "
    assert "points" in shown and "INTERNALERROR" not in shown


def test_what_is_not_text_is_told_in_a_sentence(tmp_path):
    path = tmp_path / "03_conv_layers.py"
    path.write_bytes(b"# caf\xe9\n")
    code, shown = pytest_on(path)
    assert code == 1 and "is not UTF-8 text" in shown and "Traceback" not in shown
