"""Lesson 7: the network keeps its budget and learns; the mended runs do as they should."""

import copy
from pathlib import Path

import pytest
import torch
from torch import nn

from mnist_course import capstone
from mnist_course.capstone import build_model, train
from mnist_course.data.embedded import embedded_digits
from mnist_course.evaluation import accuracy, evaluate, predict_probabilities
from mnist_course.training import SGD, Adam, train_step

LESSON = Path(__file__).parent.parent / "solutions" / "07_capstone.py"


@pytest.fixture(scope="module")
def digits():
    return embedded_digits()


def batches(n=3, size=8, seed=0):
    generator = torch.Generator().manual_seed(seed)
    pictures = torch.rand(n, size, 1, 28, 28, generator=generator)
    return [(x, torch.arange(size) % 10) for x in pictures]


def linear():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Flatten(), nn.BatchNorm1d(784), nn.Linear(784, 10))


# ---- the network, and its training ------------------------------------------------------------


def test_the_network_keeps_its_budget():
    assert sum(p.numel() for p in build_model().parameters()) <= capstone.BUDGET
    assert build_model()(torch.zeros(3, 1, 28, 28)).shape == (3, 10)


def test_training_reads_digits_that_it_has_not_seen(digits):
    images, labels, tests, test_labels = digits
    model = train(build_model(), images, labels, seed=0)
    assert accuracy(predict_probabilities(model, tests), test_labels) > 0.95


def test_training_repeats_with_its_seed_and_moves_nobodys_luck(digits, monkeypatch):
    monkeypatch.setattr(capstone, "EPOCHS", 1)
    images, labels = digits[0][:200], digits[1][:200]
    first = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(784, 10))
    before = torch.get_rng_state()
    one, same, other = (train(copy.deepcopy(first), images, labels, s)[2].weight for s in (1, 1, 2))
    assert torch.equal(one, same) and not torch.equal(one, other)
    assert torch.equal(before, torch.get_rng_state())


# ---- the runs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("run", "rule"), [("hunt_1", SGD), ("hunt_4", Adam)])
def test_mended_runs_take_the_steps_of_lesson_4(run, rule):
    model, other = linear(), linear()
    losses = getattr(capstone, run)(model, batches(), 2, 0.01)
    optimizer = rule(other.parameters(), 0.01)
    expected = [train_step(other, optimizer, x, y) for _ in range(2) for x, y in batches()]
    assert losses == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize(("broken", "mended"), [("broken_1", "hunt_1"), ("broken_4", "hunt_4")])
def test_broken_runs_go_other_ways(broken, mended):
    one, other = (getattr(capstone, run)(linear(), batches(), 2, 0.1) for run in (broken, mended))
    assert one != pytest.approx(other, abs=1e-3)


def test_run_4_has_a_floor():
    losses = capstone.broken_4(linear(), batches(1), 200, 0.01)
    assert 1.46 < min(losses) < 1.6
    assert min(capstone.hunt_4(linear(), batches(1), 200, 0.01)) < 0.1


def test_run_2_mirrors_half_of_the_pictures():
    left = torch.zeros(400, 1, 9, 9)
    left[..., 2] = 1  # in column 2, or moved to 0..4: mirrored, in 4..8
    where = capstone.broken_2(left, torch.Generator().manual_seed(0)).sum(dim=(1, 2)).argmax(dim=1)
    assert 0.3 < (where > 4).float().mean() < 0.5
    where = capstone.hunt_2(left, torch.Generator().manual_seed(0)).sum(dim=(1, 2)).argmax(dim=1)
    assert set(where.tolist()) == {0, 1, 2, 3, 4}


def test_run_3_is_judged_by_the_running_figures_and_learns_by_the_batch():
    val = batches(1, seed=5)[0]
    model, other = linear(), linear()
    losses = capstone.hunt_3(model, batches(), val, 3, 0.01)
    optimizer = Adam(other.parameters(), 0.01)
    expected = []
    for _ in range(3):
        for x, y in batches():
            train_step(other, optimizer, x, y)
        expected.append(evaluate(other, [val])[0])
    assert losses == pytest.approx(expected, abs=1e-4)
    assert all(module.training for module in model.modules())
    assert capstone.broken_3(linear(), batches(), val, 3, 0.01) != pytest.approx(losses, abs=1e-3)


def test_run_5_keeps_pictures_and_their_copies_apart():
    images = torch.rand(100, 1, 6, 6)
    labels = torch.arange(100) % 10
    originals = {x.numpy().tobytes(): i for i, x in enumerate(images)}
    copies = {x.numpy().tobytes(): i for i, x in enumerate(capstone.shift(images, 1, 0))}
    for split, leaks in ((capstone.broken_5, True), (capstone.hunt_5, False)):
        train_part, _, val_part, _ = split(images, labels, 0)
        train_from, val_from = (
            {(originals | copies)[x.numpy().tobytes()] for x in part}
            for part in (train_part, val_part)
        )
        assert bool(train_from & val_from) == leaks
        assert train_from | val_from == set(range(100))


def test_the_nearest_picture_lends_its_label():
    images = torch.eye(4).reshape(4, 1, 2, 2)
    near = images.flip(0) * 0.9 + 0.01
    assert capstone.by_the_nearest(near, images, torch.arange(4)).tolist() == [3, 2, 1, 0]


def test_losses_are_drawn_a_line_a_run():
    figure = capstone.plot_losses("Runs", found=[3.0, 2.0, 1.0], mended=[2.0, 1.0])
    lines = figure.axes[0].get_lines()
    assert [line.get_label() for line in lines] == ["found", "mended"]
    assert lines[0].get_xydata().tolist() == [[1, 3], [2, 2], [3, 1]]


# ---- the codes --------------------------------------------------------------------------------


def test_the_lesson_lists_the_eight_codes_and_each_run_has_another():
    assert set(capstone.diagnosis().values()) < set(capstone.CODES)
    assert len(set(capstone.diagnosis().values())) == 5 and len(capstone.CODES) == 8
    text = LESSON.read_text()
    assert all(f"`{code}`" in text for code in capstone.CODES)


def test_nothing_that_is_shown_first_gives_the_hunt_away():
    from autograder.exercises.capstone.hunt import RUNS

    telling = "zero_grad accumulate clear mirror flip eval mode softmax leak split".split()
    for exercise in RUNS:
        shown = [exercise.asks, exercise.hints[0], *(case.name for case in exercise.cases)]
        assert not [word for word in telling if word in " ".join(shown).lower()]
