"""`check` and `working`, as the cells of a lesson use them."""

import json

import jupytext
import nbformat
import pytest
import torch
from nbclient import NotebookClient

from autograder import check, working
from autograder.exercises import all_exercises
from mnist_course import layers

relu_points = all_exercises()["relu"].points


def relu(x):
    return x.clamp(min=0)


def test_check_by_name_and_by_object(capsys):
    assert check("relu") == check(relu) == relu_points
    shown = capsys.readouterr().out
    assert f"✓ relu   {relu_points}/{relu_points}" in shown and "test_notebook.py, line " in shown


def test_check_returns_a_float_for_nbgrader():
    assert type(check(relu)) is float


def test_check_of_another_object_of_that_name(capsys):
    def relu(x):
        return x

    assert check(relu) == 0
    assert "✗ relu   0/" in capsys.readouterr().out


def test_check_of_what_is_not_an_exercise(capsys):
    assert check("reluu") == 0
    assert capsys.readouterr().out == "There is no exercise 'reluu'. Did you mean 'relu'?\n"
    assert check(3) == 0
    assert "There is no exercise '3'" in capsys.readouterr().out


def test_the_reference_is_not_the_learners(capsys):
    assert check(layers.relu) == 0
    assert "mnist_course.relu, which it may not" in capsys.readouterr().out


def test_working_gives_the_learners_own_when_it_is_right(capsys):
    assert working("relu") is relu
    assert capsys.readouterr().out == ""


def test_working_stands_in_for_what_is_not_solved(capsys):
    def relu(_):
        raise NotImplementedError

    assert working(relu) is layers.relu
    assert "relu is not solved yet" in capsys.readouterr().out


def test_working_checks_again_when_the_answer_changed():
    def wrong(x):
        return x

    wrong.__name__ = "relu"
    assert working(relu) is relu
    assert working(wrong) is layers.relu
    assert working(relu) is relu


def test_working_of_what_is_not_an_exercise():
    with pytest.raises(ValueError, match="no exercise 'nothing'"):
        working("nothing")


def run_cells(tmp_path, *sources):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(tmp_path))
    return [cell.outputs for cell in notebook.cells]


def test_a_notebook_shows_html_the_cell_and_the_points(tmp_path):
    define = "from autograder import check\ndef relu(x):\n    return x.clamp(min=0.5)"
    _, outputs = run_cells(tmp_path, define, "check('relu')")
    shown, points = outputs
    assert "<strong>✗ relu" in shown.data["text/html"] and "✗ relu" in shown.data["text/plain"]
    assert "cell In[1], line 2" in shown.data["text/plain"]
    assert points.output_type == "execute_result" and float(points.data["text/plain"]) == 0.0
    assert json.loads(jupytext.writes(nbformat.v4.new_notebook(), fmt="ipynb"))


def test_html_is_escaped():
    from autograder.exercise import Verdict
    from autograder.report import as_html

    shown = as_html(Verdict("f", 0, 1, "wrong", None, "<script>alert(1)</script>"))
    assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_torch_random_numbers_are_left_alone():
    torch.manual_seed(1)
    check(relu)
    after = torch.rand(1)
    torch.manual_seed(1)
    assert torch.equal(after, torch.rand(1))
