"""What may not be used is seen however it is reached, and what may be is not accused."""

import functools
import importlib
import operator
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional as F

import mnist_course
from autograder.exercises import all_exercises
from autograder.watch import watching

X, W = torch.rand(1, 1, 5, 5), torch.rand(1, 1, 3, 3)
CONV = all_exercises()["conv2d"].forbidden


def seen(action, forbidden=CONV, own_name="conv2d"):
    with watching(forbidden, own_name) as used:
        action()
    return used


@pytest.mark.parametrize(
    "action",
    [
        lambda: F.conv2d(X, W),
        lambda: torch.conv2d(X, W),
        lambda: getattr(torch, "conv" + "2d")(X, W),
        lambda: functools.partial(F.conv2d, X)(W),
        lambda: list(map(F.conv2d, [X], [W])),
        lambda: operator.call(F.conv2d, X, W),
        lambda: torch.ops.aten.convolution(X, W, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1),
        lambda: nn.Conv2d(1, 1, 3)(X),
        lambda: nn.Conv2d(1, 1, 3),
        lambda: F.conv1d(X[0], W[0, 0, :1, None].expand(5, 5, 3)),
        lambda: F.conv_transpose2d(X, W),
        lambda: __import__("scipy.signal").signal.correlate2d(X[0, 0], W[0, 0]),
        lambda: mnist_course.conv2d(X, W),
    ],
)
def test_a_convolution_is_seen(action):
    assert seen(action)


@pytest.mark.parametrize(
    "action",
    [
        lambda: F.unfold(X, 3),
        lambda: X.unfold(2, 3, 1),
        lambda: F.pad(X, [1] * 4),
        lambda: torch.einsum("nchw,ochw->no", X, X),
        lambda: mnist_course.conv_output_size(5, 3),
        lambda: X.contiguous().clone(),
        lambda: torch.nn.Linear(5, 2)(X),
        lambda: X.to(torch.float64).view(-1),
    ],
)
def test_what_may_be_used_is_not_accused(action):
    assert seen(action) == []


def conv2d(x, _):
    return x


def test_the_learners_own_function_of_that_name_is_theirs():
    assert seen(lambda: conv2d(X, W)) == []


@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_optimizers_of_torch_are_seen(name):
    of_torch = getattr(torch.optim, name)

    class Hidden(of_torch):
        pass

    for kind in (of_torch, Hidden):
        assert seen(
            lambda kind=kind: kind([torch.ones(1, requires_grad=True)], lr=0.1),
            all_exercises()[name].forbidden,
            name,
        )


def test_nothing_is_watched_afterwards():
    import sys

    before = sys.getprofile()
    used = seen(lambda: None)
    F.conv2d(X, W)
    assert used == [] and sys.getprofile() is before


def in_a_thread(action):
    import threading

    thread = threading.Thread(target=action)
    thread.start()
    thread.join()


def convolution(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
    return torch.conv2d(x, w)


def scripted():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is on its way out, and still there
        hidden = torch.jit.script(convolution)
    return hidden(X, W)


def unseen_by_functions():
    with torch._C.DisableTorchFunction():
        F.conv2d(X, W)


def test_a_thread_is_watched_too():
    assert seen(lambda: in_a_thread(lambda: F.conv2d(X, W)))


@pytest.mark.parametrize("action", [scripted, unseen_by_functions])
def test_what_hides_from_torchs_functions_is_seen_one_floor_below(action):
    importlib.import_module("torch._dynamo")  # as a zygote does: then watching costs nothing
    assert seen(action)
