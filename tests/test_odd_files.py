"""Files as people hand them in: odd, damaged, of the wrong kind. Each has a clear outcome."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from autograder import submission as submission_module
from autograder.submission import (
    NoSubmissionError,
    lesson_of_file,
    read,
)

RELU = "def relu(x):\n    return x * (x > 0)\n"
SIZE = """def conv_output_size(size, kernel_size, stride=1, padding=0):
    if min(size, kernel_size, stride) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("that does not fit")
    return (size + 2 * padding - kernel_size) // stride + 1
"""
STUB = "def relu(x):\n    raise NotImplementedError\n"
CRASH = "import ctypes\nctypes.string_at(0)\n"
NAMES = "conv_output_size conv2d max_pool2d relu dropout Conv2d count_parameters DigitCNN".split()


def script(*cells):
    return "".join(f"# %%\n{cell}\n" for cell in cells)


def notebook(*sources, **also):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, **also})


def old_notebook(*sources):
    cells = [{"cell_type": "code", "input": source, "language": "python"} for source in sources]
    return json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3, "metadata": {}})


def outputs(size):
    """A cell as it was saved after it had printed a lot."""
    output = {"output_type": "stream", "name": "stdout", "text": ["x" * size]}
    return {"cell_type": "code", "source": RELU, "outputs": [output], "execution_count": 1}


CONFLICT = f"<<<<<<< HEAD\n{RELU}=======\n{STUB}>>>>>>> theirs\n"
# By name: what is in the file, what is right of it, and what is said of it.
ODD = {
    "empty.py": (b"", "", "no code"),
    "blank.py": ("\n \n\t\n", "", "no code"),
    "empty.ipynb": (b"", "", "not a notebook"),
    "no_cells.ipynb": (notebook(), "", "no code"),
    "half.ipynb": (notebook(RELU)[:-40], "", "not a notebook"),
    "conflict.ipynb": (f'{{"cells": [\n{CONFLICT}]}}', "", "merge conflict"),
    "nonsense.py": ("} this ( is not\n\tPython", "", "cannot read"),
    "exits.py": ("import sys\nsys.exit(0)\n" + RELU, "", "SystemExit"),
    "crashes.py": (CRASH + RELU, "", "SIGSEGV"),
    "latin.py": ("# ä\n" + RELU).encode("latin-1"),
    "utf16.py": RELU.encode("utf-16"),
    "large.py": b"#" * 100 * 2**20,
    "long.py": RELU + "x = 0\n" * 20_000,
    "nul.py": (script("a = '\0'", RELU), "relu", "null bytes"),
    "conflict.py": (script(CONFLICT, SIZE), "conv_output_size", "merge-conflict"),
    "syntax.py": (script("def relu(x:\n", SIZE), "conv_output_size", "cannot read"),
    "some.py": (script(SIZE, RELU), "conv_output_size relu", ""),
    "reordered.py": (script("relu = late", RELU.replace("relu", "late")), "relu", ""),
    "bom.py": (b"\xef\xbb\xbf" + script(SIZE, RELU).replace("\n", "\r\n").encode(), "relu", ""),
    "old_mac.py": (script(SIZE, RELU).replace("\n", "\r"), "relu conv_output_size", ""),
    "never_ran.ipynb": (notebook(SIZE, RELU), "relu conv_output_size", ""),
    "format3.ipynb": (old_notebook(SIZE, RELU), "relu conv_output_size", ""),
    "outputs.ipynb": (json.dumps({"cells": [outputs(10 * 2**20)]}), "relu", ""),
    "script.ipynb": (script(SIZE, RELU), "relu conv_output_size", "a Python file by what"),
    "notebook.py": (notebook(SIZE, RELU), "relu conv_output_size", "a notebook by what"),
    "kernel.ipynb": (notebook(RELU, metadata={"kernelspec": {"language": "R"}}), "relu", "in R"),
    "twice.py": (script("relu = 3", RELU), "relu", "relu is defined 2 times"),
    "stub_last.py": (script(RELU, STUB), "", "relu is defined 2 times"),
    "exit_cell.py": (script("exit()", RELU), "relu", "SystemExit"),
    "dead_cell.py": (script(CRASH, RELU), "relu", "SIGSEGV"),
    "dead_relu.py": (
        script(CRASH + RELU, SIZE),
        "conv_output_size", "SIGSEGV",
    ),
    "input.py": (script("name = input('Who? ')", RELU), "relu", "EOFError"),
    "Ümläut and space.py": (script(RELU), "relu", ""),
    "line\nend.py": (script(RELU), "relu", ""),
}  # fmt: skip
SAID = {"latin.py": "not UTF-8", "utf16.py": "not UTF-8", "large.py": "too large",
        "long.py": "characters of code"}  # fmt: skip


def written(tmp_path, content, name="03_conv_layers.py"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def grade(*arguments):
    command = [sys.executable, "-m", "autograder.cli", "grade", "--seed", "1", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """All odd files, graded by one command; the loops are the learner's own."""
    folder = tmp_path_factory.mktemp("odd")
    for name, found in ODD.items():
        written(folder, found[0] if isinstance(found, tuple) else found, f"03_conv_layers_{name}")
    paths = [str(folder / f"03_conv_layers_{name}") for name in ODD]
    done = grade(*paths, "--json", str(folder / "out.json"))
    assert done.returncode == 1, done.stderr
    reports = json.loads((folder / "out.json").read_text())
    assert [report["submission"]["path"] for report in reports] == paths
    return dict(zip(ODD, reports, strict=True))


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_gets_a_full_report(graded, name):
    report, found = graded[name], ODD[name]
    _, right, said = found if isinstance(found, tuple) else (found, "", SAID[name])
    status = {exercise["name"]: exercise["status"] for exercise in report["exercises"]}
    assert list(status) == NAMES and report["max_score"] == 64
    for exercise in right.split():
        assert status[exercise] == "correct", report["warnings"]
    assert report["score"] > 0 if right else report["score"] == 0
    assert said in "\n".join(report["warnings"])
    assert bool(report["warnings"]) == bool(said)


@pytest.mark.parametrize("name", ["empty.py", "large.py", "outputs.ipynb", "bom.py"])
def test_the_hash_is_that_of_the_bytes(graded, name):
    found = ODD[name][0] if isinstance(ODD[name], tuple) else ODD[name]
    content = found if isinstance(found, bytes) else found.encode()
    assert graded[name]["submission"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_what_is_not_defined_is_missing(graded):
    status = {e["name"]: e["status"] for e in graded["some.py"]["exercises"]}
    assert {status[name] for name in NAMES} == {"correct", "missing"}
    assert [name for name in NAMES if status[name] == "correct"] == ["conv_output_size", "relu"]


def test_a_stub_behind_an_answer_is_what_counts(graded):
    status = {e["name"]: e["status"] for e in graded["stub_last.py"]["exercises"]}
    assert status["relu"] == "not_attempted"


def test_nothing_of_a_large_file_is_run(graded):
    assert graded["large.py"]["seconds"] < 5


# ---- what is no submission -----------------------------------------------------------------------


def link(path):
    target = path.with_name("target.py")
    target.write_text(RELU)
    path.symlink_to(target)


NONE = {"link": link, "nowhere": str, "folder": os.mkdir, "pipe": os.mkfifo}


@pytest.mark.parametrize("kind", NONE)
def test_what_is_no_file_is_refused_at_once(tmp_path, kind):
    path = tmp_path / "03_conv_layers.py"
    NONE[kind](path)
    with pytest.raises(NoSubmissionError, match="03_conv_layers"):
        read(path)


def test_a_link_that_appears_while_the_file_is_opened_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "03_conv_layers.py"
    link(path)
    monkeypatch.setattr(type(path), "is_symlink", lambda _: False)
    with pytest.raises(NoSubmissionError, match="cannot be read"):
        read(path)


@pytest.mark.parametrize("name", ["/dev/null", "/dev/zero", "a.txt", "a", "a.py.bak", "a.doc"])
def test_what_is_neither_script_nor_notebook_is_refused(tmp_path, name):
    path = written(tmp_path, RELU, name) if name[0] != "/" else type(tmp_path)(name)
    with pytest.raises(NoSubmissionError, match=r"neither \.py nor \.ipynb"):
        read(path)


def test_a_device_is_refused_whatever_it_is_called(tmp_path):
    with pytest.raises(NoSubmissionError, match="no ordinary file"):
        submission_module._content(type(tmp_path)("/dev/zero"))


def test_a_file_that_may_not_be_read_is_refused(tmp_path, monkeypatch):
    def forbidden(*_):
        raise PermissionError(13, "Permission denied")

    path = written(tmp_path, RELU)
    monkeypatch.setattr(submission_module.os, "open", forbidden)
    with pytest.raises(NoSubmissionError, match="Permission denied"):
        read(path)


def test_a_file_of_many_gigabytes_is_refused_and_not_read(tmp_path):
    path = written(tmp_path, "")
    with path.open("wb") as file:
        file.truncate(2**42)
    with pytest.raises(NoSubmissionError, match="far too large"):
        read(path)


def test_what_cannot_be_graded_ends_with_2_and_one_line_each(tmp_path):
    link(tmp_path / "03_conv_layers.py")
    os.mkfifo(tmp_path / "03_conv_layers_pipe.py")
    written(tmp_path, RELU, "homework.py")
    (tmp_path / "04_training.py").mkdir()
    names = ["03_conv_layers.py", "03_conv_layers_pipe.py", "homework.py", "04_training.py", "no"]
    done = grade(*(str(tmp_path / name) for name in names))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.count("\n") == len(names) and "Traceback" not in done.stderr


def test_what_cannot_be_graded_spares_the_other_files(tmp_path):
    path = written(tmp_path, script(RELU), "-03_conv_layers.py")
    done = grade("--json", str(tmp_path / "o.json"), "--", str(tmp_path / "nowhere.py"), str(path))
    assert done.returncode == 2
    assert json.loads((tmp_path / "o.json").read_text())[0]["score"] > 0


def test_the_bytes_are_read_once(tmp_path):
    path = written(tmp_path, script(RELU))
    submission = read(path)
    path.write_text("raise SystemExit")
    assert submission.text == script(RELU) and submission.cells[1].source.strip() == RELU.strip()
    assert submission.sha256 == hashlib.sha256(script(RELU).encode()).hexdigest()


# ---- which lesson --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["03_conv_layers.py", "anna_03_conv_layers (1).ipynb", "03_Conv_Layers_final.PY"]
)
def test_the_name_tells_the_lesson(tmp_path, name):
    assert lesson_of_file(read(written(tmp_path, "", name))) == "03_conv_layers"


def test_the_marks_of_cells_tell_the_lesson(tmp_path):
    cell = {"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade_id": "relu"}}}
    path = written(tmp_path, json.dumps({"cells": [cell]}), "homework.ipynb")
    assert lesson_of_file(read(path)) == "03_conv_layers"


def test_nothing_tells_the_lesson(tmp_path):
    with pytest.raises(NoSubmissionError, match="--lesson"):
        lesson_of_file(read(written(tmp_path, RELU, "103_conv_layersx.py")))
