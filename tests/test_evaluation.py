"""Evaluation: worked cases, scikit-learn's metrics beside them, and models left as they were."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics
from torch import nn
from torch.nn import functional as F

from mnist_course import (
    accuracy,
    confusion_matrix,
    evaluate,
    evaluation,
    hardest_mistakes,
    precision_recall,
    predict_probabilities,
)

CLASSES = st.integers(2, 12)


def random_labels(n, classes, seed):
    return torch.randint(classes, (n,), generator=torch.Generator().manual_seed(seed))


# ---- accuracy, confusion_matrix, precision_recall ---------------------------------------------


def test_accuracy_by_hand():
    logits = torch.tensor([[0.0, 1, 0], [5, 4, 3], [0, 0, 9], [-1, -2, -3]])
    assert accuracy(logits, torch.tensor([1, 0, 2, 2])) == 0.75
    assert accuracy(logits, torch.tensor([1, 0, 2, 0])) == 1.0
    assert accuracy(logits, torch.tensor([0, 1, 0, 1])) == 0.0
    assert type(accuracy(logits, torch.tensor([1, 0, 2, 0]))) is float


def test_accuracy_takes_labels_of_any_whole_type():
    assert accuracy(torch.eye(3), torch.arange(3, dtype=torch.uint8)) == 1.0


def test_confusion_matrix_by_hand():
    truth, read = torch.tensor([0, 0, 1, 2, 2]), torch.tensor([0, 2, 1, 1, 1])
    assert confusion_matrix(read, truth, 4).tolist() == [
        [1, 0, 1, 0],
        [0, 1, 0, 0],
        [0, 2, 0, 0],
        [0, 0, 0, 0],
    ]


@given(n=st.integers(1, 200), classes=CLASSES, seed=st.integers(0, 999))
def test_metrics_are_those_of_scikit_learn(n, classes, seed):
    truth, read = random_labels(n, classes, seed), random_labels(n, classes, seed + 1)
    truth, read = truth.clamp(max=classes - 2), read.clamp(min=1)  # some classes never occur
    every = range(classes)
    confusion = confusion_matrix(read, truth, classes)
    assert np.array_equal(confusion, metrics.confusion_matrix(truth, read, labels=every))
    precision, recall = precision_recall(confusion)
    expected = metrics.precision_recall_fscore_support(truth, read, labels=every, zero_division=0)
    assert precision.tolist() == pytest.approx(expected[0].tolist())
    assert recall.tolist() == pytest.approx(expected[1].tolist())
    logits = F.one_hot(read, classes).float()
    assert accuracy(logits, truth) == pytest.approx(metrics.accuracy_score(truth, read))


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int16, torch.int32], ids=str)
def test_confusion_matrix_takes_labels_of_any_whole_type(dtype):
    labels = torch.tensor([46, 46, 0], dtype=dtype)
    confusion = confusion_matrix(labels, labels, 47)
    assert confusion[46, 46] == 2 and confusion[0, 0] == 1 and confusion.sum() == 3
    assert confusion.dtype == torch.int64


def test_confusion_matrix_of_nothing_is_zero():
    nothing = torch.tensor([], dtype=torch.int64)
    assert torch.equal(confusion_matrix(nothing, nothing), torch.zeros(10, 10, dtype=torch.int64))


@pytest.mark.parametrize("dtype", [torch.int64, torch.float32], ids=str)
def test_precision_recall_by_hand(dtype):
    confusion = torch.tensor([[3, 1, 0], [0, 0, 0], [2, 2, 0]], dtype=dtype)
    precision, recall = precision_recall(confusion)
    assert precision.tolist() == pytest.approx([3 / 5, 0, 0])  # class 2 was never predicted
    assert recall.tolist() == pytest.approx([3 / 4, 0, 0])  # class 1 was never present


# ---- evaluate ---------------------------------------------------------------------------------


def mixed_model():
    """A network of which some modules train and others do not, as in fine-tuning."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Flatten(), nn.Linear(12, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 3)
    )
    model.train()
    model[2].eval()
    return model


def modes(model):
    return [module.training for module in model.modules()]


def samples(n=10):
    images = torch.randn(n, 1, 3, 4, generator=torch.Generator().manual_seed(n))
    return images, torch.arange(n) % 3


def in_batches(n, size):
    images, labels = samples(n)
    return list(zip(images.split(size), labels.split(size), strict=True))


@pytest.mark.parametrize("size", [1, 3, 4, 10, 99])
def test_evaluate_does_not_depend_on_the_size_of_batches(size):
    model, (images, labels) = mixed_model().eval(), samples()
    logits = model(images)
    loss, share = evaluate(model, in_batches(10, size))
    assert type(loss) is type(share) is float
    assert loss == pytest.approx(F.cross_entropy(logits, labels).item())
    assert share == pytest.approx(accuracy(logits, labels))


JUDGES = {
    "evaluate": lambda model: evaluate(model, in_batches(10, 4)),
    "predict_probabilities": lambda model: predict_probabilities(model, samples()[0]),
    "hardest_mistakes": lambda model: hardest_mistakes(model, *samples(), 3),
}


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
def test_judging_leaves_the_model_as_it_was(judge):
    model = mixed_model()
    before, state = modes(model), {k: v.clone() for k, v in model.state_dict().items()}
    first, second = judge(model), judge(model)  # dropout off: twice the same
    assert modes(model) == before
    torch.testing.assert_close(first, second)
    torch.testing.assert_close(dict(model.state_dict()), state)  # batch norm's figures, too
    assert all(p.grad is None and p.requires_grad for p in model.parameters())
    assert torch.is_grad_enabled()


class Failing(nn.Module):
    def forward(self, _):
        raise RuntimeError("a layer that fails")


@pytest.mark.parametrize("judge", JUDGES.values(), ids=JUDGES)
def test_judging_restores_the_modes_also_after_a_failure(judge):
    model = nn.Sequential(nn.Dropout(), nn.BatchNorm2d(1), Failing()).train()
    model[1].eval()
    before = modes(model)
    with pytest.raises(RuntimeError, match="a layer that fails"):
        judge(model)
    assert modes(model) == before and torch.is_grad_enabled()


# ---- predict_probabilities and hardest_mistakes -----------------------------------------------


class Given(nn.Module):
    """A network that answers with the logits that it is shown, and counts what it is shown."""

    def __init__(self):
        super().__init__()
        self.sizes = []

    def forward(self, x):
        self.sizes.append(len(x))
        return x.flatten(1)


def shown(probabilities):
    """Images that make `Given` answer with these probabilities."""
    return torch.tensor(probabilities).log()[:, None, None, :]


def test_predict_probabilities_by_hand():
    expected = [[0.2, 0.7, 0.1], [0.5, 0.25, 0.25]]
    out = predict_probabilities(Given(), shown(expected) + 3)  # logits may all be shifted
    assert out.tolist() == [pytest.approx(row) for row in expected]


def test_predict_probabilities_is_stable_and_sums_to_one():
    out = predict_probabilities(Given(), torch.tensor([[[[1e4, 0.0, -1e4]]], [[[5.0, 5, 5]]]]))
    torch.testing.assert_close(out.sum(dim=1), torch.ones(2))
    assert out[0].tolist() == [1, 0, 0]


def test_predict_probabilities_keeps_no_graph():
    model = mixed_model()
    assert not predict_probabilities(model, samples()[0]).requires_grad
    assert not predict_probabilities(model, samples()[0].requires_grad_()).requires_grad


@pytest.mark.parametrize(("n", "sizes"), [(0, [0]), (3, [3]), (4, [4]), (9, [4, 4, 1])])
def test_predict_probabilities_works_in_batches(n, sizes, monkeypatch):
    monkeypatch.setattr(evaluation, "BATCH", 4)
    model, images = Given(), torch.randn(n, 1, 1, 3)
    out = predict_probabilities(model, images)
    assert model.sizes == sizes
    torch.testing.assert_close(out, images.flatten(1).softmax(dim=1))


GUESSES = shown(
    [
        [0.6, 0.3, 0.1],  # 0: wrong, 60% sure
        [0.1, 0.8, 0.1],  # 1: right
        [0.05, 0.05, 0.9],  # 2: wrong, 90% sure
        [0.4, 0.35, 0.25],  # 3: wrong, 40% sure
        [0.01, 0.01, 0.98],  # 4: right
        [0.25, 0.7, 0.05],  # 5: wrong, 70% sure
    ]
)
TRUTH = torch.tensor([1, 1, 0, 2, 2, 0])


@pytest.mark.parametrize(
    ("k", "expected"),
    [(1, [2]), (3, [2, 5, 0]), (4, [2, 5, 0, 3]), (99, [2, 5, 0, 3]), (0, []), (-1, [])],
)
def test_hardest_mistakes_by_hand(k, expected):
    mistakes = hardest_mistakes(Given(), GUESSES, TRUTH, k)
    assert mistakes.tolist() == expected and mistakes.dtype == torch.int64


def test_hardest_mistakes_of_a_faultless_model_are_none():
    right = predict_probabilities(Given(), GUESSES).argmax(dim=1)
    mistakes = hardest_mistakes(Given(), GUESSES, right, 5)
    assert mistakes.shape == (0,) and mistakes.dtype == torch.int64


def test_evaluate_meets_a_network_that_is_sure_and_wrong():
    loss, share = evaluate(Given(), [(torch.tensor([[[[1e4, -1e4]]]]), torch.tensor([1]))])
    assert (loss, share) == (2e4, 0.0) and math.isfinite(loss)
