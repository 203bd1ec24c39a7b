"""The layers: worked cases that can be checked by hand, and torch's own layers beside them."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from mnist_course import (
    Conv2d,
    batch_norm,
    conv2d,
    conv_output_size,
    dropout,
    max_pool2d,
    relu,
)

NAN, INF = math.nan, math.inf


def draw(*shape, dtype=torch.float32, seed=0):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


def doubles(*shape, seed=0):
    return draw(*shape, dtype=torch.float64, seed=seed).requires_grad_()


# ---- conv_output_size -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((28, 5), 24),
        ((28, 5, 2), 12),
        ((28, 3, 1, 1), 28),
        ((7, 2, 2), 3),
        ((5, 5), 1),
        ((1, 1), 1),
    ],
)
def test_output_size_by_hand(arguments, expected):
    assert conv_output_size(*arguments) == expected


@pytest.mark.parametrize("padding", [0, 1, 3])
@pytest.mark.parametrize("stride", [1, 2, 3, 7])
def test_output_size_is_that_of_torch(stride, padding):
    for size in range(1, 10):
        for kernel in range(1, 13):
            if kernel > size + 2 * padding:
                with pytest.raises(ValueError, match=f"{kernel} does not fit"):
                    conv_output_size(size, kernel, stride, padding)
            else:
                out = F.conv1d(
                    torch.ones(1, 1, size), torch.ones(1, 1, kernel), None, stride, padding
                )
                assert conv_output_size(size, kernel, stride, padding) == out.shape[2]


# ---- conv2d -----------------------------------------------------------------------------------


def test_conv2d_by_hand():
    x = torch.tensor([[[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]]])
    kernel = torch.tensor([[[[1.0, 2], [3, 4]]]])  # not flipped: 1*1 + 2*2 + 4*3 + 5*4 = 37
    out = conv2d(x, kernel, torch.tensor([100.0]))
    assert out.tolist() == [[[[137, 147], [167, 177]]]]


def test_conv2d_pads_with_zeros_on_all_sides():
    out = conv2d(torch.ones(1, 1, 2, 2), torch.ones(1, 1, 2, 2), padding=1)
    assert out.tolist() == [[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]]


def test_conv2d_sums_over_channels_and_adds_each_bias():
    x = torch.stack([torch.full((2, 2), 1.0), torch.full((2, 2), 10.0)])[None]
    weight = torch.tensor([[1.0, 1], [2, 3]])[:, :, None, None]
    out = conv2d(x, weight, torch.tensor([0.5, -0.5]))
    assert out[0, :, 0, 0].tolist() == [11.5, 31.5]


CONVOLUTIONS = {
    "plain": ((4, 3, 9, 9), (5, 3, 3, 3), {}),
    "one image": ((1, 3, 9, 9), (5, 3, 3, 3), {}),
    "one channel in and out": ((2, 1, 8, 8), (1, 1, 3, 3), {}),
    "image not square": ((2, 3, 9, 6), (4, 3, 3, 3), {}),
    "kernel not square": ((2, 3, 9, 9), (4, 3, 2, 5), {}),
    "neither square": ((2, 3, 7, 11), (4, 3, 5, 2), {"stride": 2, "padding": 1}),
    "stride": ((2, 3, 9, 9), (4, 3, 3, 3), {"stride": 2}),
    "stride that does not come out even": ((2, 3, 10, 10), (4, 3, 3, 3), {"stride": 3}),
    "stride larger than the kernel": ((2, 3, 11, 11), (4, 3, 2, 2), {"stride": 4}),
    "padding": ((2, 3, 9, 9), (4, 3, 3, 3), {"padding": 1}),
    "padding wider than the kernel": ((2, 3, 5, 5), (4, 3, 2, 2), {"padding": 4}),
    "kernel as large as the image": ((2, 3, 6, 4), (4, 3, 6, 4), {}),
    "kernel that only fits with padding": ((2, 3, 4, 4), (4, 3, 6, 6), {"padding": 1}),
    "kernel of one pixel": ((2, 3, 5, 5), (4, 3, 1, 1), {}),
    "no image": ((0, 3, 9, 9), (4, 3, 3, 3), {}),
}


@pytest.mark.parametrize("with_bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("case", CONVOLUTIONS)
def test_conv2d_is_that_of_torch(case, dtype, with_bias):
    x_shape, weight_shape, options = CONVOLUTIONS[case]
    x, weight = draw(*x_shape, dtype=dtype), draw(*weight_shape, dtype=dtype, seed=1)
    bias = draw(weight_shape[0], dtype=dtype, seed=2) if with_bias else None
    out = conv2d(x, weight, bias, **options)
    torch.testing.assert_close(out, F.conv2d(x, weight, bias, **options), rtol=1e-4, atol=1e-5)


@given(data=st.data(), sides=st.tuples(*2 * [st.integers(1, 9)]), padding=st.integers(0, 3))
def test_conv2d_is_that_of_torch_whatever_the_sizes(data, sides, padding):
    kernel = [data.draw(st.integers(1, side + 2 * padding)) for side in sides]
    n, channels, out_channels, stride = (data.draw(st.integers(1, 4)) for _ in range(4))
    x, weight = draw(n, channels, *sides), draw(out_channels, channels, *kernel, seed=1)
    expected = F.conv2d(x, weight, None, stride, padding)
    torch.testing.assert_close(
        conv2d(x, weight, None, stride, padding), expected, rtol=1e-4, atol=1e-4
    )


def test_conv2d_takes_any_memory_layout():
    x = draw(2, 9, 8, 3).permute(0, 3, 1, 2)
    weight = draw(3, 4, 3, 3, seed=1).transpose(0, 1)
    torch.testing.assert_close(conv2d(x, weight), F.conv2d(x, weight), rtol=1e-4, atol=1e-5)


def test_conv2d_refuses_a_bias_of_another_length():
    with pytest.raises((ValueError, RuntimeError), match="size 1"):
        conv2d(draw(2, 3, 5, 5), draw(4, 3, 3, 3), torch.ones(1))


# ---- max_pool2d -------------------------------------------------------------------------------


def test_max_pool_by_hand():
    x = torch.tensor([[[[1.0, 2, 9], [4, 3, 0], [-1, -2, 7]]]])
    assert max_pool2d(x, 2).tolist() == [[[[4]]]]
    assert max_pool2d(x, 2, stride=1).tolist() == [[[[4, 9], [4, 7]]]]
    assert max_pool2d(-x, 3).tolist() == [[[[2]]]]


@pytest.mark.parametrize(
    ("shape", "kernel", "stride"),
    [
        ((4, 3, 8, 8), 2, None),
        ((1, 3, 8, 8), 2, None),
        ((2, 3, 9, 6), 2, None),
        ((2, 3, 9, 7), 3, 1),
        ((2, 3, 9, 7), 3, 2),
        ((2, 3, 11, 10), 2, 4),
        ((2, 3, 5, 5), 5, None),
        ((2, 3, 5, 9), 5, 1),
        ((2, 3, 5, 5), 1, None),
        ((0, 3, 5, 5), 2, None),
        ((3, 5, 7), 2, None),
    ],
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_max_pool_is_that_of_torch(shape, kernel, stride, dtype):
    x = draw(*shape, dtype=dtype)
    assert torch.equal(max_pool2d(x, kernel, stride), F.max_pool2d(x, kernel, stride))


@pytest.mark.parametrize("special", [NAN, INF, -INF])
def test_max_pool_meets_special_values_as_torch_does(special):
    x = draw(2, 1, 6, 6)
    x[0, 0, 1, 1] = x[1, 0, 5, 4] = special
    x[1, 0, :2, :2] = -INF
    torch.testing.assert_close(max_pool2d(x, 2), F.max_pool2d(x, 2), equal_nan=True, rtol=0, atol=0)


# ---- relu -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64], ids=str)
def test_relu_by_hand(dtype):
    out = relu(torch.tensor([[-2, 0], [3, -1]], dtype=dtype))
    assert out.tolist() == [[0, 0], [3, 0]] and out.dtype == dtype


def test_relu_meets_special_values_as_torch_does():
    x = torch.tensor([NAN, INF, -INF, -0.0, 1e-38, -1e-38, 3e38])
    torch.testing.assert_close(relu(x), F.relu(x), equal_nan=True, rtol=0, atol=0)


def test_relu_has_no_slope_at_zero():
    x = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    relu(x).sum().backward()
    assert x.grad.tolist() == [0, 0, 1]


# ---- dropout ----------------------------------------------------------------------------------


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_zeros_the_share_p_and_scales_the_rest(p):
    torch.manual_seed(0)
    x = torch.rand(200, 500) + 1
    out = dropout(x, p)
    dropped = out == 0
    assert dropped.float().mean().item() == pytest.approx(p, abs=0.01)
    torch.testing.assert_close(out[~dropped], x[~dropped] / (1 - p))
    for dim in (0, 1):  # each value by itself, not whole rows or columns
        assert dropped.float().mean(dim).std() < 0.05


@pytest.mark.parametrize(("p", "training"), [(0.0, True), (0, True), (0.5, False), (1.0, False)])
def test_dropout_that_drops_nothing(p, training):
    x = draw(3, 4)
    assert torch.equal(dropout(x, p, training), x)


@pytest.mark.parametrize("p", [1, 1.0])
def test_dropout_of_everything_is_zero(p):
    x = torch.tensor([1.0, -2.0, INF, NAN], requires_grad=True)
    out = dropout(x, p)
    out.sum().backward()
    assert out.tolist() == x.grad.tolist() == [0, 0, 0, 0]


def test_dropout_drops_half_in_training_unless_told_otherwise():
    torch.manual_seed(0)
    assert set(dropout(torch.ones(100)).tolist()) == {0.0, 2.0}


def test_dropout_draws_anew_and_repeats_with_the_seed():
    x = torch.ones(1000)
    torch.manual_seed(3)
    first, second = dropout(x), dropout(x)
    torch.manual_seed(3)
    assert torch.equal(dropout(x), first) and not torch.equal(first, second)


# ---- Conv2d -----------------------------------------------------------------------------------


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("channels", "kernel"), [((3, 8), 5), ((16, 4), 3), ((1, 32), 1)])
def test_conv_layer_is_initialised_as_that_of_torch(channels, kernel, bias):
    torch.manual_seed(0)
    ours = Conv2d(*channels, kernel, bias=bias)
    torch.manual_seed(0)
    theirs = nn.Conv2d(*channels, kernel, bias=bias)
    assert ours.state_dict().keys() == theirs.state_dict().keys()
    for name, parameter in ours.named_parameters():
        torch.testing.assert_close(parameter, theirs.get_parameter(name))


def test_conv_layer_draws_evenly_between_its_bounds():
    torch.manual_seed(1)
    layer, bound = Conv2d(4, 2000, 5), 1 / math.sqrt(4 * 5 * 5)
    for parameter in (layer.weight, layer.bias):
        assert 0.99 * bound < parameter.max() <= bound
        assert -bound <= parameter.min() < -0.99 * bound
        assert parameter.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.03)


def test_two_conv_layers_differ():
    assert not torch.equal(Conv2d(1, 2, 3).weight, Conv2d(1, 2, 3).weight)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_conv_layer_takes_the_weights_of_torch(stride, padding, bias):
    theirs = nn.Conv2d(3, 4, 3, stride, padding, bias=bias)
    ours = Conv2d(3, 4, 3, stride, padding, bias)
    ours.load_state_dict(theirs.state_dict())
    x = draw(2, 3, 9, 8)
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-4, atol=1e-5)


def test_conv_layer_learns():
    layer = Conv2d(1, 2, 3)
    layer(draw(1, 1, 5, 5)).sum().backward()
    assert layer.bias.grad.tolist() == [9, 9]
    assert layer.weight.grad.shape == (2, 1, 3, 3)
    assert sum(p.requires_grad for p in layer.parameters()) == 2
    assert Conv2d(1, 2, 3, bias=False).bias is None


# ---- batch_norm -------------------------------------------------------------------------------


def figures(channels, dtype=torch.float32):
    mean, var = draw(channels, dtype=dtype, seed=5), draw(channels, dtype=dtype, seed=6).abs() + 0.1
    return mean, var


def test_batch_norm_by_hand():
    x = torch.tensor([[0.0], [2.0], [4.0]])  # mean 2, variance 8/3, or 4 with n - 1
    mean, var = torch.tensor([1.0]), torch.tensor([2.0])
    out = batch_norm(x, torch.tensor([3.0]), torch.tensor([10.0]), mean, var, True, 0.5, 0.0)
    side = 3 * 2 / math.sqrt(8 / 3)
    torch.testing.assert_close(out, torch.tensor([[10 - side], [10.0], [10 + side]]))
    torch.testing.assert_close((mean, var), (torch.tensor([1.5]), torch.tensor([3.0])))


def test_batch_norm_evaluates_with_the_running_figures():
    one = torch.ones(1)
    out = batch_norm(7 * torch.ones(1, 1), 2 * one, 5 * one, one, 8 * one, False, eps=1.0)
    assert out.tolist() == [[2 * (7 - 1) / 3 + 5]]


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize(
    "options", [{}, {"momentum": 0.0}, {"momentum": 1.0}, {"momentum": 0.3, "eps": 0.1}], ids=str
)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize(
    "shape", [(8, 3), (2, 3), (4, 3, 5), (4, 3, 5, 2), (1, 3, 6, 6), (3, 1, 4, 4)], ids=str
)
def test_batch_norm_is_that_of_torch(shape, dtype, options, training):
    weight, bias = draw(shape[1], dtype=dtype), draw(shape[1], dtype=dtype, seed=1)
    ours, theirs = figures(shape[1], dtype), figures(shape[1], dtype)
    for seed in range(2, 5):
        x = 3 * draw(*shape, dtype=dtype, seed=seed) + 1
        out = batch_norm(x, weight, bias, *ours, training, **options)
        expected = F.batch_norm(x, *theirs, weight, bias, training, **options)
        torch.testing.assert_close(out, expected, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(ours, theirs)


def test_batch_norm_in_evaluation_takes_one_value_and_leaves_the_figures():
    (mean, var), (mean_before, var_before) = figures(3), figures(3)
    batch_norm(draw(1, 3), torch.ones(3), torch.zeros(3), mean, var, False)
    assert torch.equal(mean, mean_before) and torch.equal(var, var_before)


def test_batch_norm_keeps_the_graph_out_of_its_running_figures():
    x, (mean, var) = draw(4, 3).requires_grad_(), figures(3)
    batch_norm(x, torch.ones(3), torch.zeros(3), mean, var, True).sum().backward()
    assert not mean.requires_grad and not var.requires_grad


# ---- gradients --------------------------------------------------------------------------------


def seeded_dropout(x):
    torch.manual_seed(0)
    return dropout(x, 0.3)


GRADIENTS = {
    "conv2d": (lambda x, w, b: conv2d(x, w, b, 2, 1), [(2, 2, 5, 4), (3, 2, 3, 2), (3,)]),
    "conv2d without bias": (conv2d, [(2, 2, 4, 4), (3, 2, 3, 2)]),
    "max_pool2d": (lambda x: max_pool2d(x, 2, 1), [(2, 2, 4, 5)]),
    "relu": (relu, [(4, 5)]),
    "dropout": (seeded_dropout, [(4, 5)]),
    "batch_norm in training": (
        lambda x, w, b: batch_norm(x, w, b, *figures(3, torch.float64), True),
        [(4, 3), (3,), (3,)],
    ),
    "batch_norm of images": (
        lambda x, w, b: batch_norm(x, w, b, *figures(3, torch.float64), True),
        [(2, 3, 2, 2), (3,), (3,)],
    ),
    "batch_norm in evaluation": (
        lambda x, w, b: batch_norm(x, w, b, *figures(3, torch.float64), False),
        [(4, 3), (3,), (3,)],
    ),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients(name):
    function, shapes = GRADIENTS[name]
    inputs = [doubles(*shape, seed=seed) for seed, shape in enumerate(shapes)]
    assert torch.autograd.gradcheck(function, inputs)
