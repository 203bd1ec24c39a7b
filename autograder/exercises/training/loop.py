"""Lesson 4, continued: one step, many epochs, and a network that reads."""

from typing import Any

import torch

from autograder import exams
from autograder.cases import kinds
from autograder.compare import near
from autograder.draw import Draw
from autograder.exercise import Case, Exercise
from autograder.exercises.training import loop_mistakes as mistakes
from autograder.exercises.training.digits_mistakes import EXAM, TRAIN_DIGIT_CNN
from autograder.probes import Inputs
from autograder.probes import training as probes
from mnist_course import training

CLOSE = near(2e-3)  # several steps of float32, in whichever order they were computed


def _network(draw: Draw) -> dict[str, Any]:
    """Draw the weights of a small classifier of 3 x 4 images, three classes."""
    return {"weights": [draw.normal(6, 12) / 3, draw.normal(3, 6), draw.normal(3)]}


def _pair(draw: Draw, n: int) -> Any:
    return draw.images(n, 3, 4), draw.labels(max(n, 3), 3)[:n]


def _batches(draw: Draw, *sizes: int) -> Inputs:
    return {
        **_network(draw),
        "batches": [_pair(draw, n) for n in sizes],
        "lr": draw.number(0.3, 0.6),
    }


train_step = Exercise(
    name="train_step",
    asks="Take one step on one batch; return the loss before it, as a float.",
    difficulty="easy",
    reference=training.train_step,
    hints=(
        "Five things happen, each of them in one line. In which order?",
        "Forget the old gradients, compute the loss, send it back through the network, let the "
        "optimizer move. The loss is a tensor that holds one number: .item() takes it out.",
        "optimizer.zero_grad(); loss = cross_entropy(model(images), labels); loss.backward(); "
        "optimizer.step(); return loss.item()",
    ),
    cases=(
        Case("one step", lambda d: _batches(d, 7), probes.trained_steps, CLOSE, points=2),
        Case("three steps", lambda d: _batches(d, 5, 8, 6), probes.trained_steps, CLOSE, points=2),
        Case(
            "an optimizer with step() and zero_grad() only",
            lambda d: _batches(d, 6, 6),
            probes.plain_steps,
            CLOSE,
        ),
        kinds(lambda d: _batches(d, 6), "a Python float", probe=probes.one_loss),
        Case(
            "the batch stays as it was",
            lambda d: _batches(d, 6),
            probes.batches_after,
            expect=lambda inputs: inputs["batches"],
            care=True,
        ),
    ),
    misconceptions=mistakes.TRAIN_STEP,
)


def _fitting(draw: Draw, train: int, val: int, epochs: int = 2, **options: Any) -> Inputs:
    drawn = {"train": _pair(draw, train), "val": _pair(draw, val)}
    sizes = {"batch_size": 6, "epochs": epochs, "lr": draw.number(0.03, 0.06)}
    return {**_network(draw), **drawn, **sizes, "options": options}


def _marked(draw: Draw) -> Inputs:
    """Mark the validation images by their first pixel."""
    inputs = _fitting(draw, 12, 10)
    inputs["val"][0][:, :, 0, 0] = -1
    return inputs


fit = Exercise(
    name="fit",
    asks="Train for some epochs with Adam; return losses and accuracies of each.",
    difficulty="hard",
    reference=training.fit,
    hints=(
        "An epoch is two passes: one over train_loader learns, one over val_loader only looks.",
        "Make the optimizer once, before the first epoch. model.train() before one pass, "
        "model.eval() and torch.no_grad() before the other. The last batch may be short, so sum "
        "over samples and divide at the end.",
        "Move the model to the device (find_device() where it is None), then for each epoch: "
        "train_epoch(model, optimizer, train_loader, device), validate(model, val_loader, device), "
        "and append a dict of their four numbers.",
    ),
    cases=(
        Case("one epoch", lambda d: _fitting(d, 18, 12, 1), probes.fitted, CLOSE),
        Case("three epochs", lambda d: _fitting(d, 18, 12, 3), probes.fitted, CLOSE, points=2),
        Case(
            "short last batches",
            lambda d: _fitting(d, 21, 9, device="cpu"),
            probes.history,
            CLOSE,
            points=2,
        ),
        Case("modes", _marked, probes.modes, care=True),
        Case(
            "the device that is asked for",
            lambda d: _fitting(d, 12, 6, device="meta"),
            probes.devices,
            expect=lambda _: ["meta", "meta"],
            care=True,
        ),
        kinds(lambda d: _fitting(d, 12, 6), "Python floats", probe=probes.history),
    ),
    misconceptions=mistakes.FIT,
)


def _exam(draw: Draw) -> Inputs:
    minimum = exams.MINIMUM["train_digit_cnn", draw.data]
    return {**exams.exam(draw), "seed": draw.integer(0, 999), "_minimum": minimum}


def _passes(expected: Any, got: Any) -> str | None:
    """Judge by the share that is read, and see that the outputs are logits."""
    labels, minimum = expected
    if fault := exams.reads_at_least(minimum)(labels, got["logits"]):
        return fault
    outputs = torch.as_tensor(got["logits"]).double()
    sums_to_one = ((outputs.sum(dim=1) - 1).abs() < 1e-3).all()
    if sums_to_one and (outputs >= 0).all():
        return "it returns probabilities, not logits"
    return None


train_digit_cnn = Exercise(
    name="train_digit_cnn",
    asks="Train a network that reads digits which it has never seen.",
    difficulty="medium",
    reference=training.train_digit_cnn,
    hints=(
        "All the parts are there: make_loader, DigitCNN, fit.",
        "A few hundred steps in small, shuffled batches are needed, however many images there are; "
        "a smaller rate at the end settles what was learned. Watch the training loss fall.",
        "torch.manual_seed(seed), a DigitCNN, a shuffled loader of batches of 64, fit with Adam at "
        "about 3e-3 for five epochs, once more at a tenth of it; then return model.eval().",
    ),
    cases=(
        Case(
            EXAM,
            _exam,
            probes.examined,
            _passes,
            points=6,
            limit=120,
            expect=lambda inputs: (inputs["_labels"], inputs["_minimum"]),
        ),
    ),
    misconceptions=TRAIN_DIGIT_CNN,
)
