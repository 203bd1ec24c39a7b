"""How values are compared, and what is said of a difference."""

import numpy as np
import pytest
import torch

from autograder.compare import brief, near, same_kinds, same_values


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (torch.ones(2, 3), torch.ones(2, 3, dtype=torch.float64)),
        (torch.ones(2), np.ones(2)),
        (0.5, torch.tensor(0.5)),
        (0.5, np.float32(0.5)),
        ((1.0, 2.0), [1, 2]),
        (torch.ones(3), torch.ones(3) + 1e-6),
        (1e6, 1e6 + 1),
        ({"a": [1]}, {"a": (1,)}),
        (None, None),
        ("x", "x"),
        (float("inf"), torch.tensor(float("inf"))),
        (torch.tensor([True]), torch.tensor([1])),
        (torch.empty(0, 2), torch.empty(0, 2)),
        (torch.ones(2), torch.ones(2, requires_grad=True)),
    ],
)
def test_what_is_the_same(expected, got):
    assert same_values(expected, got) is None


@pytest.mark.parametrize(
    ("expected", "got", "said"),
    [
        (torch.ones(2, 3), torch.ones(3, 2), "shape (2, 3) was expected, (3, 2) came"),
        (torch.zeros(2, 2), torch.eye(2), "at [0, 0] 0 was expected, 1 came"),
        (0.5, 0.6, "0.5 was expected, 0.6 came"),
        (1.0, float("nan"), "1 was expected, nan came"),
        (torch.ones(2), None, "[1, 1] was expected, None came"),
        (torch.ones(1), "text", "'text' came"),
        ((1, 2), (1, 2, 3), "2 values were expected, 3 came"),
        ((1, 2), 1, "2 values were expected, 1 came"),
        ((1, 2), (1, 3), "value 2 of 2: 2 was expected, 3 came"),
        ({"a": 1}, {"b": 1}, "the keys ['a'] were expected, ['b'] came"),
        ({"a": 1}, [1], "a dict was expected"),
        ("x", "y", "'x' was expected, 'y' came"),
        (None, 0, "None was expected, 0 came"),
        (1.0, float("inf"), "1 was expected, inf came"),
        (torch.ones(2), [1, 1], "came"),
    ],
)
def test_what_differs_is_said(expected, got, said):
    assert said in str(same_values(expected, got))


def test_near_is_less_strict():
    assert near(0.2)(1.0, 1.1) is None and near(0.05)(1.0, 1.1)


def test_a_tolerance_is_relative_to_what_is_large():
    assert same_values(torch.tensor([1e4, 1.0]), torch.tensor([1e4, 1.5])) is None
    assert same_values(torch.tensor([1e4, 1.0]), torch.tensor([1e4, 3.0]))


@pytest.mark.parametrize(
    ("expected", "got", "said"),
    [
        (torch.ones(1), torch.ones(1).double(), "a float32 tensor was expected, a float64 tensor"),
        (torch.ones(1), np.ones(1), "a numpy array of float64 came"),
        (1.0, torch.tensor(1.0), "a float was expected, a float32 tensor came"),
        (1, 1.0, "an int was expected, a float came"),
        ((1.0, 2), (1.0, 2.0), "an int was expected"),
        ({"a": 1}, {"a": True}, "a bool came"),
        (torch.ones(1), None, "None came"),
    ],
)
def test_kinds_are_told_apart(expected, got, said):
    assert said in str(same_kinds(expected, got))


def test_kinds_that_are_the_same():
    assert same_kinds((1.0, torch.ones(2)), (np.float64(2), torch.zeros(3))) is None


def test_brief_is_short():
    assert brief(torch.rand(30, 2)) == "a float32 tensor of shape (30, 2)"
    assert brief(torch.arange(3)) == "[0, 1, 2]"
    assert len(brief("x" * 500)) <= 80
