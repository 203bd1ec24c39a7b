"""A learner's file, read as cells and run."""

import json

import pytest

from autograder.submission import UnreadableSubmissionError, read_cells, run

SCRIPT = """# ---
# jupyter: {}
# ---

# %% [markdown]
# def not_code(): return 0

# %%
import math

# %% tags=["experiment"]
shown = 1 / 0

# %% nbgrader={"grade": false, "grade_id": "area", "solution": true}
def area(r):
    return math.pi * r**2

# %% nbgrader={"grade": true, "grade_id": "check-area", "solution": false}
checked = True

# %%
def broken():
    return undefined_name
total = 1 / 0

# %%
def last():
    return area(1)
"""


def written(tmp_path, text, name="03_conv_layers.py"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def notebook(*sources, **metadata):
    cells = [{"cell_type": "code", "source": source, "metadata": metadata} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}})


def test_cells_define_and_what_shows_or_checks_is_left_out(tmp_path):
    found = run(written(tmp_path, SCRIPT)).namespace
    assert found["last"]() == found["area"](1)
    assert "shown" not in found and "checked" not in found and "not_code" not in found


def test_a_cell_that_fails_spares_the_others_and_says_where(tmp_path):
    submission = run(written(tmp_path, SCRIPT))
    assert "broken" in submission.namespace  # it stands above the line that failed
    assert "line 24 of 03_conv_layers.py: total = 1 / 0" in submission.troubles["total"]


def test_a_cell_that_does_not_parse_names_what_it_would_define(tmp_path):
    submission = run(written(tmp_path, "# %%\ndef f(:\n    pass\n\n# %%\ndef g():\n    return 2\n"))
    assert (
        "Python cannot read line 2" in submission.troubles["f"] and submission.namespace["g"]() == 2
    )


def test_windows_line_ends_and_a_byte_order_mark_are_fine(tmp_path):
    text = b"\xef\xbb\xbf" + SCRIPT.replace("\n", "\r\n").encode()
    assert "last" in run(written(tmp_path, text)).namespace


def test_a_plain_file_is_one_cell(tmp_path):
    assert run(written(tmp_path, "def f():\n    return 7\n")).namespace["f"]() == 7


def test_a_notebook_with_magics(tmp_path):
    text = notebook("%matplotlib inline\n!ls\nx = 3", ["def f():\n", "    return x\n"])
    assert run(written(tmp_path, text, "03_conv_layers.ipynb")).namespace["f"]() == 3


def test_experiments_of_a_notebook_are_left_out(tmp_path):
    text = notebook("x = 1 / 0", tags=["experiment"])
    assert "x" not in run(written(tmp_path, text, "a.ipynb")).troubles


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"cells": 3}', '{"cells": [{}]}', "\x00"])
def test_what_is_not_a_notebook_is_told(tmp_path, text):
    with pytest.raises(UnreadableSubmissionError, match=r"a\.ipynb"):
        read_cells(written(tmp_path, text, "a.ipynb"))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"\x89PNG\r\n"])
def test_what_is_not_text_is_told(tmp_path, content):
    with pytest.raises(UnreadableSubmissionError, match=r"a\.py"):
        read_cells(written(tmp_path, content, "a.py"))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UnreadableSubmissionError, match="nowhere"):
        read_cells(tmp_path / "nowhere.py")


def test_a_cell_that_exits_ends_nothing(tmp_path):
    submission = run(written(tmp_path, "# %%\nraise SystemExit\n# %%\ndef f():\n    return 1\n"))
    assert submission.namespace["f"]() == 1


def test_dataclasses_pickle_and_inspect_work(tmp_path):
    text = (
        "import inspect, pickle\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass Point:\n    x: int\n"
        "back = pickle.loads(pickle.dumps(Point(3)))\nsource = inspect.getsource(Point)\n"
    )
    found = run(written(tmp_path, text))
    assert found.troubles == {} and found.namespace["back"].x == 3


def test_check_does_nothing_while_a_file_is_run(tmp_path, capsys):
    text = "from autograder import check\npoints = check('conv2d')\n"
    assert run(written(tmp_path, text)).namespace["points"] == 0.0
    assert capsys.readouterr().out == ""


def test_odd_metadata_makes_an_ordinary_cell(tmp_path):
    text = '# %% nbgrader={"grade": tru, tags=[\nx = 5\n'
    assert run(written(tmp_path, text)).namespace["x"] == 5
