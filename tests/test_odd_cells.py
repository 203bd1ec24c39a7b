"""Cells as other tools write them, and how they are run: one that goes wrong spares the others."""

import json
import os
import pickle

import pytest

from autograder import cells as cells_module
from autograder.submission import UnreadableSubmissionError, read_cells, run


def written(tmp_path, content, name="03_conv_layers.py"):
    path = tmp_path / name
    path.write_text(content)
    return path


def script(*cells):
    return "".join(f"# %%\n{cell}\n" for cell in cells)


def notebook(*sources):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5})


# ---- notebooks of other tools --------------------------------------------------------------------


def defined(tmp_path, *cells, suffix=".ipynb"):
    content = notebook(*cells) if suffix == ".ipynb" else script(*cells)
    return run(written(tmp_path, content, f"03_conv_layers{suffix}"))


MAGICS = {
    "time": "%%time\nx = 3",
    "lines": "%matplotlib inline\n%load_ext autoreload\n!pip install torch\nx = 3",
    "help": "?print\nprint?\nx = 3\nx.real??",
    "assigned": "files = !ls\nwhere = %pwd\nx = 3",
    "within a block": "if True:\n    %cd ..\n    x = 3",
    "formula": "y = (7\n% 4)\nx = y",
    "joined": "y = 7 \\\n% 4\nx = y",
    "beside a formula": "%pylab\ny = [7\n% 4]\nx = y[0]",
    "text": 'y = """\n%time\n!ls\n"""\nassert "%time" in y\n%time\nx = 3',
    "hash and quotes": "y = '#(' # it's (\n%time\nx = 3",
    "escaped": "y = 'it\\'s ('\n!ls\nx = 3",
}


@pytest.mark.parametrize("kind", MAGICS)
def test_magics_are_left_out_and_formulas_are_not(tmp_path, kind):
    found = defined(tmp_path, MAGICS[kind])
    assert found.failed == {} and found.namespace["x"] == 3


@pytest.mark.parametrize("name", ["bash", "html", "writefile a.py", "R", "!", "script sh"])
def test_cells_of_other_languages_are_left_out(tmp_path, name):
    found = defined(tmp_path, f"%%{name}\nfor i in *; do", "x = 3")
    assert found.failed == {} and found.namespace["x"] == 3


ODD_CELLS = {
    "no id, no metadata": {"cell_type": "code", "source": "x = 3"},
    "a list": {"cell_type": "code", "source": ["x = 1\n", "x = 3"], "metadata": None},
    "line ends": {"cell_type": "code", "source": "if 1:\r\n    x = 3\r\n", "metadata": []},
    "odd marks": {"cell_type": "code", "source": "x = 3", "metadata": {"tags": 3, "nbgrader": 3}},
    "colab": {
        "cell_type": "code", "source": "#@title Three {run: 'auto'}\nx = 3 #@param {type:'int'}",
        "metadata": {"id": "x", "colab": {"base_uri": "https://localhost"}}, "outputs": [],
    },
    "vscode": {
        "cell_type": "code", "source": "x = 3",
        "metadata": {"vscode": {"languageId": "python"}},
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD_CELLS)
def test_cells_as_other_tools_write_them(tmp_path, kind):
    others = [
        {"cell_type": "code", "source": None},
        {"cell_type": "code", "source": "do 3", "metadata": {"vscode": {"languageId": "shell"}}},
        {"cell_type": "raw", "source": "x = 4"},
    ]
    content = json.dumps({"cells": [ODD_CELLS[kind], *others]})
    found = run(written(tmp_path, content, "03_conv_layers.ipynb"))
    assert found.failed == {} and found.namespace["x"] == 3


EXPORTS = {
    "vscode": "#%%\n1 / 0\n#%% [markdown]\n# x = 4\n#%%\nx = 3\n",
    "jupyter": "#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\n1 / 0\n\n# In[ ]:\n\n"
    "get_ipython().run_line_magic('matplotlib', 'inline')\ndisplay(3)\nx = 3\n",
    "databricks": "# Databricks notebook source\n# MAGIC %md\n# MAGIC text\n\n"
    "# COMMAND ----------\n\n1 / 0\n\n# COMMAND ----------\n\nx = 3\n",
}


@pytest.mark.parametrize("tool", EXPORTS)
def test_scripts_as_other_tools_export_them_are_split_at_their_cells(tmp_path, tool):
    found = run(written(tmp_path, EXPORTS[tool]))
    assert found.namespace["x"] == 3 and len(found.failed) == 1


def test_tabs_and_form_feeds_move_no_line(tmp_path):
    found = defined(tmp_path, "\x0cif True:\n\tx = '\x0b\x1c\u2028'\n\n\ty = 1 / 0", suffix=".py")
    (why,) = found.failed.values()
    assert "line 5" in why and "y = 1 / 0" in why


def test_a_cell_that_is_no_notebook_at_all_is_told(tmp_path):
    with pytest.raises(UnreadableSubmissionError, match="no list of cells"):
        read_cells(written(tmp_path, '{"cells": [3]}', "a.ipynb"))


# ---- how cells are run ---------------------------------------------------------------------------


@pytest.fixture(params=[".py", ".ipynb"])
def cells(request, tmp_path):
    """Run cells as a script, and as a notebook."""
    return lambda *sources: defined(tmp_path, *sources, suffix=request.param)


WAYS = {
    "if": "if True:\n    def f(): return 7",
    "try": "try:\n    import nowhere\nexcept ImportError:\n    def f(): return 7",
    "for": "for f in [lambda: 7]: pass",
    "lambda": "f = lambda: 7",
    "assigned": "def g(): return 7\nf = g",
    "imported": "from builtins import int as f",
    "decorated": "import functools\n@functools.cache\ndef f(): return 7",
    "partial": "import functools\nf = functools.partial(int, 7)",
    "a class's": "class A:\n    @staticmethod\n    def g(): return 7\nf = A.g",
    "global": "def make():\n    global f\n    def f(): return 7\nmake()",
    "annotated": "f: object = lambda: 7",
    "awaited": "import asyncio\nawait asyncio.sleep(0)\nf = lambda: 7",
    "unpacked": "f, g = lambda: 7, 8",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_function_may_be_defined_in_any_way(cells, way):
    found = cells(WAYS[way])
    assert found.failed == {}
    assert found.namespace["f"]() == (0 if way == "imported" else 7)


@pytest.mark.parametrize("way", sorted(set(WAYS) - {"global"}))
def test_what_kept_it_from_being_defined_is_told(cells, way):
    assert "ZeroDivisionError" in cells(f"1 / 0\n{WAYS[way]}").troubles["f"]


def test_futures_hold_for_the_cells_that_follow(cells):
    found = cells("from __future__ import annotations", "def f(x: nowhere) -> nothing: return 7")
    assert found.failed == {} and found.namespace["f"](0) == 7


def test_the_main_block_is_not_run(cells):
    found = cells("def f(): return 7\nif __name__ == '__main__':\n    1 / 0")
    assert found.failed == {} and found.namespace["f"]() == 7


def test_helpers_may_stand_in_other_cells_and_below(cells):
    found = cells("def f(): return helper()", "def helper(): return LATE", "LATE = 7")
    assert found.namespace["f"]() == 7


def test_cells_in_the_opposite_order_are_tried_as_long_as_that_helps(cells):
    found = cells("c = b + 1", "b = a + 1", "a = 1")
    assert found.failed == {} and found.namespace["c"] == 3


def test_a_cell_that_is_tried_again_undoes_no_later_one(cells):
    found = cells("def f(): return 1\nx = late", "def f(): return 2", "late = 3")
    assert found.failed == {} and found.namespace["x"] == 3 and found.namespace["f"]() == 2


def test_the_last_of_two_definitions_counts(cells):
    assert cells("def f(): return 1", "def f(): return 2").namespace["f"]() == 2


def test_a_cell_that_goes_on_and_on_is_stopped(cells, monkeypatch):
    monkeypatch.setattr(cells_module, "SECONDS", 1.0)
    found = cells("while True: pass\nf = 1", "x = 3")
    assert found.namespace["x"] == 3
    assert "stopped after 1 seconds" in found.troubles["f"] and "line" in found.troubles["f"]


def test_a_cell_that_sleeps_is_stopped(cells, monkeypatch):
    monkeypatch.setattr(cells_module, "SECONDS", 0.2)
    found = cells("import time\ntime.sleep(60)\nf = 1", "x = 3")
    assert found.namespace["x"] == 3 and "stopped" in found.troubles["f"]


def test_a_cell_that_nobody_can_parse_spares_the_others(cells):
    found = cells("x = " + "(" * 3000 + ")" * 3000, "-" * 90_000 + "1", "f = 7")
    assert found.namespace["f"] == 7 and len(found.failed) == 2


def test_sources_can_be_looked_at(cells):
    found = cells("import inspect", "def f():\n    return 7", "class C:\n    seven = 7")
    source = found.namespace["inspect"].getsource
    assert source(found.namespace["f"]) == "def f():\n    return 7\n"
    assert source(found.namespace["C"]) == "class C:\n    seven = 7\n"


def test_its_own_classes_can_be_pickled_and_be_dataclasses(cells):
    text = "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: 'int'\np = Point(3)"
    point = cells(text).namespace["p"]
    assert pickle.loads(pickle.dumps(point)) == point


def test_a_process_that_a_cell_forks_ends_itself(cells):
    text = (
        "import os\nchild = os.fork()\nif child == 0: os._exit(7)\nstatus = os.waitpid(child, 0)[1]"
    )
    assert os.waitstatus_to_exitcode(cells(text).namespace["status"]) == 7
