"""Augmentation: worked cases, torchvision beside them, and draws recovered from what was drawn."""

import copy
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from mnist_course import (
    accuracy,
    augmentation,
    learning_rate_sweep,
    random_affine,
    rotate,
    shift,
    train_digit_cnn,
    train_robust_cnn,
    training,
)
from mnist_course.augmentation import random_shift
from mnist_course.data import load
from mnist_course.data.download import torchvision_datasets


def seed(number):
    return torch.Generator().manual_seed(number)


def pictures(*shape):
    return torch.rand(*shape, generator=seed(0))


@pytest.fixture(scope="module")
def torchvision_functional():
    torchvision_datasets()  # mends the import where torchvision's compiled part does not load
    from torchvision.transforms import InterpolationMode, functional

    return functional, {"interpolation": InterpolationMode.BILINEAR}


# ---- shift ------------------------------------------------------------------------------------

PICTURE = torch.tensor([[[[1.0, 2, 3], [4, 5, 6]]]])


@pytest.mark.parametrize(
    ("dx", "dy", "expected"),
    [
        (0, 0, [[1, 2, 3], [4, 5, 6]]),
        (1, 0, [[0, 1, 2], [0, 4, 5]]),
        (-1, 0, [[2, 3, 0], [5, 6, 0]]),
        (0, 1, [[0, 0, 0], [1, 2, 3]]),
        (0, -1, [[4, 5, 6], [0, 0, 0]]),
        (2, -1, [[0, 0, 4], [0, 0, 0]]),
        (-2, 1, [[0, 0, 0], [3, 0, 0]]),
        (3, 0, [[0, 0, 0], [0, 0, 0]]),
        (0, -2, [[0, 0, 0], [0, 0, 0]]),
        (-99, 99, [[0, 0, 0], [0, 0, 0]]),
    ],
)
def test_shift_by_hand(dx, dy, expected):
    assert shift(PICTURE, dx, dy).tolist() == [[expected]]


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_shift_moves_every_pixel_of_every_image(dx, dy):
    images = pictures(3, 2, 5, 7) + 1
    moved = shift(images, dx, dy)
    assert moved.shape == images.shape
    for y in range(5):
        for x in range(7):
            inside = 0 <= y - dy < 5 and 0 <= x - dx < 7
            came = images[:, :, y - dy, x - dx] if inside else torch.zeros(3, 2)
            assert torch.equal(moved[:, :, y, x], came)


def test_shift_takes_no_image_and_bytes():
    assert shift(torch.zeros(0, 1, 28, 28), 1, 1).shape == (0, 1, 28, 28)
    assert shift(torch.full((1, 1, 2, 2), 7, dtype=torch.uint8), 1, 0).tolist() == [[[[0, 7]] * 2]]


# ---- random_shift -----------------------------------------------------------------------------


def test_random_shift_draws_every_shift_in_range_evenly_and_no_other():
    n, reach = 5000, 2
    dot = torch.zeros(n, 1, 9, 11)
    dot[:, :, 4, 5] = 1
    places = random_shift(dot, reach, seed(0)).flatten(1).argmax(dim=1)
    counts = torch.bincount(places, minlength=99).reshape(9, 11)
    inside = counts[4 - reach : 5 + reach, 5 - reach : 6 + reach]
    assert inside.sum() == n
    assert ((inside - n / 25) ** 2 / (n / 25)).sum() < 52  # chi squared, 24 degrees: p = 0.001


@pytest.mark.parametrize(("reach", "shape"), [(3, (40, 2, 6, 5)), (7, (40, 1, 4, 4))])
def test_random_shift_is_some_shift_of_each_image(reach, shape):
    images = pictures(*shape)
    reaches = range(-reach, reach + 1)
    for image, moved in zip(images, random_shift(images, reach, seed(1)), strict=True):
        candidates = (shift(image[None], dx, dy)[0] for dx in reaches for dy in reaches)
        assert any(torch.equal(moved, candidate) for candidate in candidates)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_random_shift_of_at_most_zero_is_the_identity(n):
    images = pictures(n, 1, 28, 28)
    assert torch.equal(random_shift(images, 0, seed(0)), images)


# ---- rotate -----------------------------------------------------------------------------------


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 4, -1])
def test_rotate_by_quarters_is_exact_and_counter_clockwise(turns):
    images = pictures(2, 1, 28, 28)
    expected = torch.rot90(images, turns, dims=(-2, -1))
    torch.testing.assert_close(rotate(images, 90 * turns), expected, rtol=0, atol=1e-4)


def test_rotate_carries_a_dot_from_the_right_to_the_top():
    image = torch.zeros(1, 1, 5, 5)
    image[..., 2, 4] = 1
    turned = rotate(image, 90.0)
    assert turned[0, 0, 0, 2].item() == pytest.approx(1, abs=1e-5)
    assert turned.sum().item() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("shape", [(2, 1, 28, 28), (1, 3, 9, 9), (2, 1, 12, 20), (1, 1, 21, 8)])
@pytest.mark.parametrize("degrees", [0, 10, -33.3, 45.0, 90, 135, 180, 275.5])
def test_rotate_is_that_of_torchvision(degrees, shape, torchvision_functional):
    functional, bilinear = torchvision_functional
    images = pictures(*shape)
    expected = functional.rotate(images, degrees, **bilinear)
    torch.testing.assert_close(rotate(images, degrees), expected, rtol=0, atol=1e-3)


@pytest.mark.parametrize("shape", [(5, 1, 28, 28), (5, 2, 10, 17)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.int64], ids=str)
def test_rotate_by_one_angle_an_image(shape, dtype, torchvision_functional):
    functional, bilinear = torchvision_functional
    images, degrees = pictures(*shape), torch.tensor([0, 20, -20, 90, 200]).to(dtype)
    one_by_one = [
        functional.rotate(image[None], float(angle), **bilinear)
        for image, angle in zip(images, degrees, strict=True)
    ]
    torch.testing.assert_close(rotate(images, degrees), torch.cat(one_by_one), rtol=0, atol=1e-3)


@pytest.mark.parametrize("degrees", [25, torch.tensor(25), torch.tensor([25.0]), [25.0, 25.0]])
def test_rotate_takes_an_angle_in_any_form(degrees):
    images = pictures(2, 1, 8, 8)
    torch.testing.assert_close(rotate(images, degrees), rotate(images, 25.0))


def test_rotate_lets_zeros_come_in():
    corners = rotate(torch.ones(1, 1, 28, 28), 45)[0, 0]
    assert corners[0, 0] == corners[0, -1] == corners[-1, 0] == corners[-1, -1] == 0
    assert corners[14, 14].item() == pytest.approx(1)


def test_rotate_of_no_image_and_of_doubles():
    assert rotate(torch.zeros(0, 1, 28, 28), 10).shape == (0, 1, 28, 28)
    assert rotate(torch.zeros(0, 1, 28, 28), torch.zeros(0)).shape == (0, 1, 28, 28)
    assert rotate(torch.ones(1, 1, 4, 4, dtype=torch.float64), 10).dtype == torch.float64


# ---- random_affine ----------------------------------------------------------------------------

SIDE, RADIUS = 65, 12.0  # of the canvas, and from its centre to the blob
HEIGHT_AND_WIDTH = (SIDE, SIDE + 8)


def blobs(n, x, y):
    """Pictures of a soft blob, x pixels to the right of the centre and y below it."""
    height, width = HEIGHT_AND_WIDTH
    down = torch.arange(height) - (height - 1) / 2 - y
    across = torch.arange(width) - (width - 1) / 2 - x
    picture = torch.exp(-(down[:, None] ** 2 + across**2) / (2 * 2.5**2))
    return picture.repeat(n, 1, 1, 1)


def centroids(images):
    """Where the mass of each picture lies, to the right of the centre and below it."""
    height, width = HEIGHT_AND_WIDTH
    mass = images[:, 0] / images.sum(dim=(1, 2, 3))[:, None, None]
    x = (mass.sum(dim=1) * (torch.arange(width) - (width - 1) / 2)).sum(dim=1)
    y = (mass.sum(dim=2) * (torch.arange(height) - (height - 1) / 2)).sum(dim=1)
    return x, y


def recovered(n, max_shift, max_degrees, scale_range, number=0):
    """Recover every draw: a blob at the centre is only shifted, one beside it turned as well."""
    ranges = max_shift, max_degrees, scale_range
    dx, dy = centroids(random_affine(blobs(n, 0, 0), *ranges, seed(number)))
    x, y = centroids(random_affine(blobs(n, RADIUS, 0), *ranges, seed(number)))
    x, y = x - dx, dy - y  # from the centre, with y upwards
    return {
        "dx": dx,
        "dy": dy,
        "degrees": torch.rad2deg(torch.atan2(y, x)),
        "scale": torch.hypot(x, y) / RADIUS,
    }


def test_random_affine_draws_evenly_within_its_ranges_each_by_itself():
    draws = recovered(300, 4, 30, (0.7, 1.2))
    ranges = {"dx": (-4, 4), "dy": (-4, 4), "degrees": (-30, 30), "scale": (0.7, 1.2)}
    for name, (low, high) in ranges.items():
        values, width = draws[name], high - low
        assert low - 0.01 * width < values.min() < low + 0.05 * width, name
        assert high - 0.05 * width < values.max() < high + 0.01 * width, name
        assert values.mean().item() == pytest.approx((low + high) / 2, abs=0.07 * width), name
        assert values.std().item() == pytest.approx(width / math.sqrt(12), rel=0.1), name
    correlation = torch.corrcoef(torch.stack(list(draws.values()))) - torch.eye(4)
    assert correlation.abs().max() < 0.2


@pytest.mark.parametrize(
    ("ranges", "still"),
    [
        ((4, 0, (1, 1)), {"degrees": 0, "scale": 1}),
        ((0, 30, (1.0, 1.0)), {"dx": 0, "dy": 0, "scale": 1}),
        ((0, 0, (0.7, 1.2)), {"dx": 0, "dy": 0, "degrees": 0}),
        ((0, 0, (1.5, 1.5)), {"scale": 1.5}),  # above 1 enlarges
        ((0, 0, (0.5, 0.5)), {"scale": 0.5}),
    ],
)
def test_random_affine_leaves_what_has_no_range(ranges, still):
    draws = recovered(20, *ranges)
    for name, value in still.items():
        torch.testing.assert_close(draws[name], torch.full((20,), float(value)), rtol=0, atol=0.02)


@pytest.mark.parametrize("scale", [0.6, 1.0, 1.7])
@pytest.mark.parametrize("shape", [(3, 1, 28, 28), (1, 2, 12, 19)])
def test_scale_is_that_of_torchvision(scale, shape, torchvision_functional):
    functional, bilinear = torchvision_functional
    images = pictures(*shape)
    expected = functional.affine(images, 0, [0, 0], scale, [0.0], **bilinear)
    out = random_affine(images, 0, 0, (scale, scale), seed(0))
    torch.testing.assert_close(out, expected, rtol=0, atol=1e-3)


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("side", [(28, 28), (9, 14)])
def test_random_affine_without_ranges_is_the_identity(n, side):
    images = pictures(n, 1, *side)
    torch.testing.assert_close(random_affine(images, 0, 0, (1, 1), seed(0)), images)


def test_random_affine_draws_anew_for_each_image_and_each_time():
    images = pictures(1, 1, 28, 28).repeat(4, 1, 1, 1)
    generator = seed(0)
    both = torch.cat([random_affine(images, 3, 20, (0.8, 1.2), generator) for _ in range(2)])
    for i in range(8):
        for j in range(i):
            assert not torch.allclose(both[i], both[j], atol=0.01)


@pytest.mark.parametrize(
    "distort",
    [lambda x, g: random_affine(x, 3, 20, (0.8, 1.2), g), lambda x, g: random_shift(x, 3, g)],
)
def test_random_distortions_repeat_with_their_generator_and_touch_no_other(distort):
    images, before = pictures(5, 1, 28, 28), torch.get_rng_state()
    assert torch.equal(distort(images, seed(1)), distort(images, seed(1)))
    assert not torch.equal(distort(images, seed(1)), distort(images, seed(2)))
    assert torch.equal(torch.get_rng_state(), before)


def test_random_affine_lets_zeros_come_in():
    out = random_affine(torch.ones(50, 1, 28, 28), 5, 0, (1, 1), seed(0))
    edges = torch.stack([out[:, 0, 0, 14], out[:, 0, -1, 14], out[:, 0, 14, 0], out[:, 0, 14, -1]])
    assert (edges == 0).any(dim=1).all() and out.min() >= 0 and out.max() <= 1 + 1e-5


def test_random_affine_takes_no_image():
    assert random_affine(torch.zeros(0, 1, 28, 28), 3, 20, (0.8, 1.2), seed(0)).shape[0] == 0


# ---- learning_rate_sweep ----------------------------------------------------------------------


def batches():
    images, labels = torch.randn(12, 1, 3, 4, generator=seed(0)), torch.arange(12) % 3
    return list(zip(images.split(5), labels.split(5), strict=True))


class Factory:
    """Makes networks, every one with other first weights, and keeps them."""

    def __init__(self, dropout=0.0):
        self.dropout, self.made = dropout, []

    def __call__(self):
        model = nn.Sequential(nn.Flatten(), nn.Linear(12, 3), nn.Dropout(self.dropout))
        self.made.append(model)
        return model


def last_loss_by_hand(first, rate):
    model = copy.deepcopy(first)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for images, labels in batches():
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


RATES = [1e-3, 1e-1, 0.0, 1.0]


@pytest.mark.parametrize("served", [list, iter, tuple], ids=["list", "generator", "tuple"])
def test_sweep_by_hand(served):
    torch.manual_seed(0)
    factory = Factory()
    losses = learning_rate_sweep(factory, served(batches()), RATES)
    first = factory.made[0]  # the sweep must not train it, or the next rate starts elsewhere
    assert losses == pytest.approx({rate: last_loss_by_hand(first, rate) for rate in RATES})
    assert list(losses) == RATES and all(type(loss) is float for loss in losses.values())


def test_sweep_trains_in_training_mode_and_with_the_same_dropout_at_every_rate():
    losses = learning_rate_sweep(lambda: Factory(dropout=0.5)().eval(), batches(), [0.0, 1e-9])
    assert losses[0.0] == pytest.approx(losses[1e-9], rel=1e-4)
    torch.manual_seed(0)
    first = Factory(dropout=0.5)().eval()
    (loss,) = learning_rate_sweep(lambda: first, batches(), [0.0]).values()
    assert loss != pytest.approx(last_loss_by_hand(first, 0.0), rel=1e-3)


def test_sweep_is_infinite_where_training_blew_up():
    losses = learning_rate_sweep(Factory(), batches(), [1e-3, 1e38])
    assert math.isfinite(losses[1e-3]) and losses[1e38] == math.inf


def test_sweep_draws_no_random_number_but_those_of_the_network():
    torch.manual_seed(0)
    Factory(0.5)()
    expected = torch.get_rng_state()
    torch.manual_seed(0)
    learning_rate_sweep(Factory(0.5), batches(), RATES)
    assert torch.equal(torch.get_rng_state(), expected)


def test_sweep_of_no_rate_is_empty():
    assert learning_rate_sweep(Factory(), batches(), []) == {}


# ---- train_robust_cnn -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    return load("digits", say=[].append)


def test_train_robust_cnn_reads_distorted_digits_better_than_plain_training(digits, monkeypatch):
    distorted = random_affine(digits.test_images, 3, 20, (0.8, 1.2), seed(7))
    scores = []
    for module, train in ((training, train_digit_cnn), (augmentation, train_robust_cnn)):
        monkeypatch.setattr(module, "STEPS", 600)
        model = train(digits.train_images[:2000], digits.train_labels[:2000])
        assert not any(part.training for part in model.modules())
        with torch.no_grad():
            scores.append(accuracy(model(distorted), digits.test_labels))
    plain, robust = scores
    assert robust > 0.87 and robust > plain + 0.06


def weights(digits, number):
    model = train_robust_cnn(digits.train_images[:128], digits.train_labels[:128], number)
    return torch.cat([value.flatten().double() for value in model.state_dict().values()])


def test_train_robust_cnn_repeats_with_its_seed_only(digits, monkeypatch):
    monkeypatch.setattr(augmentation, "STEPS", 4)
    before = torch.get_rng_state()
    first = weights(digits, 1)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(99)
    assert torch.equal(weights(digits, 1), first)
    assert not torch.equal(weights(digits, 2), first)


@pytest.mark.parametrize("n", [1, 10, 65])
def test_train_robust_cnn_makes_do_with_few_images(digits, monkeypatch, n):
    monkeypatch.setattr(augmentation, "STEPS", 2)
    model = train_robust_cnn(digits.train_images[:n], digits.train_labels[:n])
    assert model(digits.test_images[:2]).shape == (2, 10)


def test_train_robust_cnn_takes_its_number_of_steps_on_images_that_are_new_every_epoch(
    digits, monkeypatch
):
    calls = []
    monkeypatch.setattr(augmentation, "STEPS", 5)
    monkeypatch.setattr(augmentation, "fit", lambda *arguments, **_: calls.append(arguments))
    train_robust_cnn(digits.train_images[:128], digits.train_labels[:128])
    ((_, loader, _, epochs),) = calls
    assert epochs == 3 and len(loader) == 2
    first, second = (torch.cat([labels for _, labels in loader]) for _ in range(2))
    assert not torch.equal(first, second) and torch.equal(first.sort()[0], second.sort()[0])
    mass = [torch.cat([images.sum(dim=(1, 2, 3)) for images, _ in loader]) for _ in range(2)]
    assert not torch.allclose(mass[0].sort()[0], mass[1].sort()[0], rtol=1e-3)
    images = digits.train_images[:4]
    assert not torch.equal(loader.augment(images, seed(1)), loader.augment(images, seed(2)))
