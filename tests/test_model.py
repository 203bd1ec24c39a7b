"""The reference network, and the counting of parameters."""

import pytest
import torch
from torch import nn

from mnist_course import DigitCNN, count_parameters
from mnist_course.model import Residual, Standardize


def network():
    torch.manual_seed(0)
    return DigitCNN()


@pytest.mark.parametrize("n", [1, 2, 7, 64])
def test_digit_cnn_turns_images_into_logits(n):
    logits = network()(torch.rand(n, 1, 28, 28))
    assert logits.shape == (n, 10) and logits.dtype == torch.float32
    assert logits.isfinite().all()


def test_digit_cnn_gives_logits_and_not_probabilities():
    logits = network()(torch.rand(8, 1, 28, 28)).detach()
    assert (logits < 0).any()
    assert not torch.allclose(logits.sum(dim=1), torch.ones(8))


def test_digit_cnn_is_small_and_has_two_convolutions():
    model = network()
    assert count_parameters(model) < 40_000
    assert sum(isinstance(module, nn.Conv2d) for module in model.modules()) >= 2


def test_every_parameter_of_digit_cnn_learns():
    model = network()
    nn.functional.cross_entropy(model(torch.rand(16, 1, 28, 28)), torch.arange(16) % 10).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and parameter.grad.abs().max() > 0, name


def test_digit_cnn_trains_and_evaluates_differently():
    model, x = network(), torch.rand(8, 1, 28, 28)
    in_training, in_evaluation = model.train()(x), model.eval()(x)
    assert not torch.allclose(in_training, in_evaluation)


def test_digit_cnn_judges_each_image_by_itself_in_evaluation():
    model, x = network().eval(), torch.rand(8, 1, 28, 28)
    torch.testing.assert_close(model(x)[3:4], model(x[3:4]), rtol=1e-4, atol=1e-5)


def test_two_networks_have_weights_of_their_own():
    first, second = DigitCNN(), DigitCNN()
    x = torch.rand(2, 1, 28, 28)
    assert not torch.allclose(first(x), second(x))


@pytest.mark.parametrize(
    ("model", "count"),
    [
        (nn.Linear(3, 4), 16),
        (nn.Linear(3, 4, bias=False), 12),
        (nn.Conv2d(2, 3, 5), 2 * 3 * 25 + 3),
        (nn.BatchNorm2d(7), 14),  # its running figures are no parameters
        (nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1)), 21),
        (nn.ReLU(), 0),
    ],
    ids=str,
)
def test_count_parameters(model, count):
    assert count_parameters(model) == count


def test_count_parameters_leaves_out_what_is_frozen_and_counts_what_is_shared_once():
    model = nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 4))
    model[0].weight.requires_grad_(False)
    assert count_parameters(model) == 4 + 20
    model[0].requires_grad_(False)
    assert count_parameters(model) == 20
    shared = nn.Linear(4, 4)
    assert count_parameters(nn.Sequential(shared, shared)) == 20


def test_standardize_and_residual_by_hand():
    assert Standardize()(torch.tensor([0.1307, 0.1307 + 0.3081])).tolist() == pytest.approx([0, 1])
    residual = Residual(nn.Flatten(), nn.ReLU())
    assert residual(torch.tensor([[-1.0, 2.0]])).tolist() == [[-1, 4]]
