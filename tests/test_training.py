"""Loss, optimizers and the training loop: worked cases, torch beside them, and real learning."""

import copy
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from mnist_course import SGD, Adam, cross_entropy, fit, train_digit_cnn, train_step, training
from mnist_course.data import load, make_loader
from mnist_course.training import find_device, seeded


def draw(*shape, dtype=torch.float32, seed=0):
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(seed))


# ---- cross_entropy ----------------------------------------------------------------------------


def test_cross_entropy_by_hand():
    even = torch.zeros(3, 4)  # a quarter each, whatever the label
    assert cross_entropy(even, torch.tensor([0, 1, 3])).item() == pytest.approx(math.log(4))
    logits = torch.tensor([[0.0, math.log(3)], [0.0, math.log(3)]])  # 1/4 and 3/4
    loss = cross_entropy(logits, torch.tensor([0, 1]))
    assert loss.item() == pytest.approx((math.log(4) + math.log(4 / 3)) / 2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("scale", [0.1, 1, 30, 1e4])
@pytest.mark.parametrize(("n", "classes"), [(1, 10), (7, 10), (64, 3), (5, 1)])
def test_cross_entropy_is_that_of_torch(n, classes, scale, dtype):
    ours = (scale * draw(n, classes, dtype=dtype)).requires_grad_()
    theirs = ours.detach().clone().requires_grad_()
    labels = torch.arange(n) % classes
    loss, expected = cross_entropy(ours, labels), F.cross_entropy(theirs, labels)
    torch.testing.assert_close(loss, expected)
    loss.backward()
    expected.backward()
    torch.testing.assert_close(ours.grad, theirs.grad)


@pytest.mark.parametrize(
    ("logits", "label", "expected"),
    [
        ([1e4, 0.0, -1e4], 0, 0.0),
        ([1e4, 0.0, -1e4], 1, 1e4),
        ([1e4, 0.0, -1e4], 2, 2e4),
        ([-1e4, -1e4, -1e4], 1, math.log(3)),
        ([1e4, 1e4, 1e4], 1, math.log(3)),
        ([0.0, -math.inf, 0.0], 0, math.log(2)),  # a class that is ruled out
        ([0.0, -math.inf, 0.0], 1, math.inf),
    ],
)
def test_cross_entropy_is_stable(logits, label, expected):
    x = torch.tensor([logits], requires_grad=True)
    loss = cross_entropy(x, torch.tensor([label]))
    assert loss.item() == pytest.approx(expected)
    loss.backward()
    assert x.grad.isfinite().all() and x.grad.abs().max() <= 1


@given(shift=st.floats(-1e3, 1e3), seed=st.integers(0, 99))
def test_cross_entropy_does_not_heed_what_all_logits_share(shift, seed):
    logits, labels = draw(4, 10, dtype=torch.float64, seed=seed), torch.arange(4)
    torch.testing.assert_close(cross_entropy(logits + shift, labels), cross_entropy(logits, labels))


def test_cross_entropy_gradcheck():
    logits = draw(5, 4, dtype=torch.float64).requires_grad_()
    labels = torch.tensor([0, 1, 2, 3, 3])
    assert torch.autograd.gradcheck(lambda x: cross_entropy(x, labels), [logits])


# ---- SGD and Adam -----------------------------------------------------------------------------


def parameters():
    return [nn.Parameter(draw(4, 3, seed=1)), nn.Parameter(draw(3, seed=2))]


def give_gradients(params, step):
    """Gradients of very different sizes, that now and then fail to come, as in real training."""
    for i, p in enumerate(params):
        gradient = draw(*p.shape, seed=10 * step + i) * 10.0 ** (step % 5 - 3)
        p.grad = None if (step + i) % 7 == 0 else gradient


@pytest.mark.parametrize(
    ("make_ours", "make_theirs", "options"),
    [(SGD, torch.optim.SGD, {"lr": lr, "momentum": m}) for lr in (0.1, 1.0) for m in (0, 0.5, 0.9)]
    + [
        (SGD, torch.optim.SGD, {"lr": 0.0}),
        (Adam, torch.optim.Adam, {}),
        (Adam, torch.optim.Adam, {"lr": 0.1}),
        (Adam, torch.optim.Adam, {"lr": 0.01, "betas": (0.8, 0.95)}),
        (Adam, torch.optim.Adam, {"lr": 0.01, "betas": (0.0, 0.0)}),
        (Adam, torch.optim.Adam, {"lr": 0.01, "eps": 0.1}),
        (Adam, torch.optim.Adam, {"lr": 0.0}),
    ],
    ids=lambda value: getattr(value, "__module__", None) or str(value),
)
def test_optimizers_are_those_of_torch_over_many_steps(make_ours, make_theirs, options):
    ours, theirs = parameters(), parameters()
    our_optimizer = make_ours((p for p in ours), **options)  # a generator, as `parameters()` is
    their_optimizer = make_theirs(theirs, **options)
    for step in range(1, 60):
        for params, optimizer in ((ours, our_optimizer), (theirs, their_optimizer)):
            give_gradients(params, step)
            optimizer.step()
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)


def test_sgd_with_momentum_by_hand():
    p = nn.Parameter(torch.tensor([1.0]))
    optimizer = SGD([p], lr=0.1, momentum=0.5)
    for velocity, expected in ((2.0, 0.8), (3.0, 0.5), (3.5, 0.15)):  # v = v/2 + 2; p = p - v/10
        p.grad = torch.tensor([2.0])
        optimizer.step()
        assert p.item() == pytest.approx(expected), velocity


@pytest.mark.parametrize("gradient", [1e-3, 1.0, -50.0])
def test_the_first_step_of_adam_is_lr_whatever_the_gradient(gradient):
    p = nn.Parameter(torch.tensor([1.0]))
    p.grad = torch.tensor([gradient])
    Adam([p], lr=0.25).step()
    assert p.item() == pytest.approx(1 - math.copysign(0.25, gradient), abs=1e-4)


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, 0.9), lambda p: Adam(p, 0.1)])
def test_a_parameter_without_gradient_is_left_alone(make):
    moving, resting = nn.Parameter(torch.ones(2)), nn.Parameter(torch.ones(2))
    optimizer = make([moving, resting])
    moving.grad = torch.ones(2)
    optimizer.step()
    assert (moving < 1).all() and resting.tolist() == [1, 1]


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1), Adam])
def test_zero_grad_forgets_every_gradient(make):
    params = parameters()
    give_gradients(params, 1)
    optimizer = make(params)
    optimizer.zero_grad()
    assert all(p.grad is None or not p.grad.any() for p in params)
    before = copy.deepcopy(params)
    optimizer.step()
    torch.testing.assert_close(params, before)


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1, 0.9), lambda p: Adam(p, 0.1)])
def test_a_step_keeps_parameters_and_gradients(make):
    (p,) = params = [nn.Parameter(torch.ones(2))]
    p.grad = torch.full((2,), 3.0)
    make(params).step()
    assert p.is_leaf and p.requires_grad and p.grad.tolist() == [3, 3]


# ---- train_step -------------------------------------------------------------------------------


def classifier(dropout=0.0):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(12, 8, bias=False),  # batch norm would leave a bias a gradient of mere rounding
        nn.BatchNorm1d(8),
        nn.Dropout(dropout),
        nn.Linear(8, 3),
    )


def samples(n=10, seed=0):
    return draw(n, 1, 3, 4, seed=seed), torch.arange(n) % 3


@pytest.mark.parametrize("make", [lambda p: SGD(p, 0.1), Adam, lambda p: torch.optim.SGD(p, 0.1)])
def test_train_step_returns_the_loss_before_it_and_lowers_it(make):
    model, (x, y) = classifier(), samples()
    before = F.cross_entropy(copy.deepcopy(model)(x), y).item()
    loss = train_step(model, make(model.parameters()), x, y)
    assert isinstance(loss, float) and loss == pytest.approx(before)
    assert F.cross_entropy(model(x), y).item() < before


def test_train_step_forgets_gradients_of_before():
    (x, y), results = samples(), []
    for leftover in (None, 100.0):
        model = classifier()
        if leftover:
            for p in model.parameters():
                p.grad = torch.full_like(p, leftover)
        train_step(model, SGD(model.parameters(), 0.1), x, y)
        results.append(list(model.parameters()))
    torch.testing.assert_close(*results)


# ---- fit --------------------------------------------------------------------------------------


def in_batches(n, size, seed=0):
    images, labels = samples(n, seed)
    return list(zip(images.split(size), labels.split(size), strict=True))


def figures_by_hand(model, batches, optimizer=None):
    """Mean loss and accuracy over samples, seen on the way where there is an optimizer."""
    loss_sum = correct = count = 0
    for x, y in batches:
        logits = model(x)
        loss = F.cross_entropy(logits, y)
        if optimizer is not None:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        loss_sum += loss.item() * len(y)
        correct += (logits.argmax(dim=1) == y).sum().item()
        count += len(y)
    return loss_sum / count, correct / count


def fit_by_hand(model, train, val, epochs, lr):
    optimizer, history = torch.optim.Adam(model.parameters(), lr), []
    for _ in range(epochs):
        figures = figures_by_hand(model.train(), train, optimizer)
        with torch.no_grad():
            figures += figures_by_hand(model.eval(), val)
        history.append(
            dict(
                zip(
                    ("train_loss", "train_accuracy", "val_loss", "val_accuracy"),
                    figures,
                    strict=True,
                )
            )
        )
    return history


def test_fit_by_hand_with_short_last_batches():
    train, val = in_batches(10, 4), in_batches(7, 3, seed=1)
    ours, theirs = classifier(dropout=0.5), classifier(dropout=0.5)
    torch.manual_seed(1)
    history = fit(ours, train, val, epochs=4, lr=0.05, device="cpu")
    torch.manual_seed(1)
    expected = fit_by_hand(theirs, train, val, 4, 0.05)
    assert len(history) == 4
    for epoch, by_hand in zip(history, expected, strict=True):
        assert epoch == pytest.approx(by_hand, rel=1e-4)
        assert list(epoch) == list(by_hand)
        assert all(type(figure) is float for figure in epoch.values())
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-4, atol=1e-5)


class Recorder(nn.Module):
    """A network that notes in which mode it was called, and whether a gradient was kept."""

    def __init__(self):
        super().__init__()
        self.linear, self.calls = nn.Linear(12, 3), []

    def forward(self, x):
        self.calls.append((self.training, torch.is_grad_enabled()))
        return self.linear(x.flatten(1))


def test_fit_trains_in_training_mode_and_validates_in_evaluation_mode():
    model = Recorder().eval()
    fit(model, in_batches(8, 4), in_batches(3, 3), epochs=2, lr=0.1, device="cpu")
    assert model.calls == 2 * [(True, True), (True, True), (False, False)]


@pytest.mark.parametrize("device", [None, "cpu", torch.device("cpu")], ids=str)
@pytest.mark.parametrize(
    "loaders",
    [
        lambda: (in_batches(10, 4), in_batches(4, 4)),
        lambda: ([[x, y] for x, y in in_batches(10, 4)], tuple(in_batches(4, 4))),
        lambda: (iter(in_batches(10, 4)), (batch for batch in in_batches(4, 4))),
        lambda: (make_loader(*samples(), 4, True), make_loader(*samples(4), 4)),
    ],
    ids=["lists", "lists of lists", "generators", "loaders"],
)
def test_fit_takes_any_loader_and_device(loaders, device):
    (epoch,) = fit(classifier(), *loaders(), epochs=1, lr=0.01, device=device)
    assert set(epoch) == {"train_loss", "train_accuracy", "val_loss", "val_accuracy"}


def test_fit_moves_model_and_batches_to_the_device():
    model = classifier()
    with pytest.raises((NotImplementedError, RuntimeError), match=r"[Mm]eta"):
        fit(model, in_batches(8, 4), in_batches(4, 4), epochs=1, lr=0.1, device="meta")
    assert {p.device.type for p in model.parameters()} == {"meta"}


def test_fit_for_no_epoch_changes_nothing():
    model = classifier()
    before = copy.deepcopy(model.state_dict())
    assert fit(model, in_batches(8, 4), in_batches(4, 4), epochs=0, lr=0.1) == []
    torch.testing.assert_close({k: v.cpu() for k, v in model.state_dict().items()}, before)


@pytest.mark.parametrize("loaders", [([], in_batches(4, 4)), (in_batches(4, 4), [])])
def test_fit_refuses_to_average_over_nothing(loaders):
    with pytest.raises(ValueError, match="not one image"):
        fit(classifier(), *loaders, epochs=1, lr=0.1, device="cpu")


def test_fit_leaves_frozen_parameters():
    model = classifier()
    model[1].requires_grad_(False)
    before = model[1].weight.clone()
    fit(model, in_batches(8, 4), in_batches(4, 4), epochs=2, lr=0.1, device="cpu")
    assert torch.equal(model[1].weight, before)


def test_device_is_found():
    assert find_device().type in ("cpu", "cuda", "mps")


def test_seeded_repeats_and_leaves_the_random_numbers_outside_alone():
    torch.manual_seed(5)
    undisturbed = torch.rand(3)
    torch.manual_seed(5)
    with seeded(1):
        first = torch.rand(3)
    assert torch.equal(torch.rand(3), undisturbed)
    with seeded(1):
        assert torch.equal(torch.rand(3), first)


# ---- train_digit_cnn --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    return load("digits", say=[].append)


def test_train_digit_cnn_reads_unseen_digits(digits):
    model = train_digit_cnn(digits.train_images, digits.train_labels)
    assert not any(module.training for module in model.modules())
    with torch.no_grad():
        predictions = model(digits.test_images).argmax(dim=1)
    assert (predictions == digits.test_labels).float().mean() > 0.97


@pytest.fixture
def few_steps(monkeypatch):
    monkeypatch.setattr(training, "STEPS", 4)


def weights(digits, seed):
    model = train_digit_cnn(digits.train_images[:128], digits.train_labels[:128], seed)
    return torch.cat([value.flatten().double() for value in model.state_dict().values()])


def test_train_digit_cnn_repeats_with_its_seed_only(digits, few_steps):
    first = weights(digits, seed=1)
    torch.manual_seed(99)  # what happened before does not matter
    assert torch.equal(weights(digits, seed=1), first)
    assert not torch.equal(weights(digits, seed=2), first)


def test_train_digit_cnn_leaves_the_random_numbers_outside_alone(digits, few_steps):
    before = torch.get_rng_state()
    weights(digits, seed=1)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("n", [1, 10, 65])
def test_train_digit_cnn_makes_do_with_few_images(digits, few_steps, n):
    model = train_digit_cnn(digits.train_images[:n], digits.train_labels[:n])
    assert model(digits.test_images[:2]).shape == (2, 10)


def test_train_digit_cnn_takes_its_number_of_steps_in_an_order_that_is_new_every_epoch(
    digits, monkeypatch
):
    calls = []
    monkeypatch.setattr(training, "STEPS", 5)
    monkeypatch.setattr(training, "fit", lambda *models, **named: calls.append((*models, named)))
    train_digit_cnn(digits.train_images[:128], digits.train_labels[:128])
    (_, loader, _, first), (_, same_loader, _, last) = calls
    assert first["epochs"] == 3 and len(loader) == 2
    assert same_loader is loader and last["epochs"] == 1 and last["lr"] < first["lr"]
    first, second = (torch.cat([labels for _, labels in loader]) for _ in range(2))
    assert not torch.equal(first, second) and torch.equal(first.sort()[0], second.sort()[0])
