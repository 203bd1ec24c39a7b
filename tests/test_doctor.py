"""The doctor: what is there, what is missing, and what to do about each."""

import os
import shutil
from importlib import metadata
from pathlib import Path

import pytest
from grader_command import command, without

from autograder import clone
from autograder.commands import doctor
from autograder.learner import progress


@pytest.mark.parametrize(("refused", "code"), [(False, 0), (True, 1)])
def test_it_says_what_is_there_and_what_to_do(refused: bool, code: int) -> None:
    done = command("doctor", before=without("user") if refused else ())
    lines = done.stdout.splitlines()
    assert done.returncode == code and done.stderr == "" and len(lines) == len(doctor.LOOKS)
    assert all(line.startswith(("ok       ", "missing  ")) for line in lines)
    if refused:
        (line,) = (line for line in lines if line.startswith("missing"))
        assert "--isolation process" in line and "an administrator can allow them" in line


def found(name: str) -> tuple[bool, str]:
    (look,) = [look for look in doctor.LOOKS if look.__name__ == f"_{name}"]
    return doctor._found(look)


@pytest.mark.parametrize("name", [look.__name__[1:] for look in doctor.LOOKS])
def test_here_nothing_is_missing(name: str) -> None:
    good, text = found(name)
    assert good, text


def test_an_old_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10))
    assert found("python")[0] is False and "make start PYTHON=" in found("python")[1]


def test_no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert found("torch") == (False, "torch: run `make start`")
    good, text = found("jupyter")  # neither is there: it is told, and no crash
    assert not good and "make start" in text


def test_data_that_are_not_where_they_are_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnist_course.data.loading.cache_folder", lambda: tmp_path / "none")
    monkeypatch.setenv("MNIST_COURSE_DATA", str(tmp_path))
    good, text = found("data")
    assert not good and str(tmp_path) in text and "correct or unset it" in text
    monkeypatch.delenv("MNIST_COURSE_DATA")
    good, text = found("data")
    assert good and "embedded digits" in text
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    monkeypatch.setenv("MNIST_COURSE_DATA", str(tmp_path))
    assert found("data") == (True, f"MNIST, in {tmp_path}")


def test_a_kernel_that_is_another_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = tmp_path / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(
        '{"argv": ["/opt/other/bin/python", "-m", "x"], "display_name": "x", "language": "python"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    good, text = found("jupyter")
    assert not good and "/opt/other/bin/python" in text and "make lab" in text


def test_lessons_that_would_open_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(clone.CODE / "lessons", tmp_path / "lessons")
    monkeypatch.chdir(tmp_path)
    good, text = found("pairing")
    assert not good and "git checkout jupytext.toml" in text
    shutil.copy(clone.CODE / "jupytext.toml", tmp_path)
    (tmp_path / "lessons" / "03_conv_layers.ipynb").write_text("{}")
    good, text = found("pairing")
    assert good and "03_conv_layers.ipynb" in text


def test_memory_that_is_damaged_or_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress.journal().write_text("nonsense")
    good, text = found("memory")
    assert not good and "damaged" in text
    monkeypatch.setattr(os, "access", lambda *_: False)
    good, text = found("memory")
    assert not good and "cannot be written" in text


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=3 * 10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    good, text = found("disk")
    assert not good and "only 0.3 GB" in text and "make room" in text
