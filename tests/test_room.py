"""What can be seen in the room, wherever the project and its packages lie."""

import sys
from pathlib import Path

import pytest

from autograder.key import Key
from autograder.marking import mark
from autograder.sandbox import course
from autograder.sandbox.host import Zygote
from autograder.submission import read
from mnist_course.errors import CourseError

LOOKS = """
import os, sys
import only_here


def conv_output_size(*_, **__):
    return only_here.VALUE


print("sees", only_here.VALUE, sorted(os.listdir("/")), os.listdir("/tmp"), os.path.exists(HERE))
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages in /tmp, where each guest has an empty folder of its own."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    (folder / "only_here.py").write_text("VALUE = 'a package in the temporary folder'\n")
    (folder / "mnist_course").mkdir()
    (folder / "mnist_course" / "answers.py").write_text("SECRET = 1\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    return folder


def test_a_project_in_the_temporary_folder_is_graded(packages: Path, tmp_path: Path) -> None:
    path = tmp_path / "03_conv_layers.py"
    path.write_text(f"HERE = {str(tmp_path)!r}\n{LOOKS}")
    with Zygote("03_conv_layers", set()) as zygote:
        zygote.wait()
        report = mark(read(path), "03_conv_layers", zygote, Key(1))
    assert "sees a package in the temporary folder" in report.output, report.warnings
    assert "['03_conv_layers.py'] False" in report.output


def test_copies_of_the_course_are_hidden_wherever_they_are(packages: Path, tmp_path: Path) -> None:
    hidden = course.instead(tmp_path)
    there = course.packages()[str(packages)]
    assert hidden[f"{there}/mnist_course"] == str(tmp_path / "empty")
    assert any(name.endswith("digits.csv.gz") for name in hidden)


def test_a_python_in_the_temporary_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course, "python_itself", lambda: ["/tmp/python/lib"])
    with pytest.raises(CourseError, match="install Python elsewhere"):
        course.sources()


def test_digits_that_exams_hold_back_are_not_in_the_room(tmp_path: Path) -> None:
    from gzip import decompress

    from sklearn.datasets import load_digits

    from mnist_course.data.embedded import to_train_with

    course.write_digits(tmp_path)
    seen = set(decompress((tmp_path / "digits.csv.gz").read_bytes()).decode().split())
    kept = set(to_train_with())
    for i, (image, label) in enumerate(zip(load_digits().data, load_digits().target, strict=True)):
        row = ",".join(str(int(value)) for value in [*image, label])
        assert (row in seen) == (i in kept), i
