"""Lesson 4: the loss, the optimizers, and the loop that makes a network learn."""

from autograder.cases import gradients, kinds, refuses, untouched, values
from autograder.compare import near
from autograder.draw import Draw
from autograder.exercise import Exercise
from autograder.exercises.training import mistakes
from autograder.exercises.training.loop import fit, train_digit_cnn, train_step
from autograder.exercises.training.mistakes import FIRST, HUGE
from autograder.exercises.training.optimizers import SGD, Adam
from autograder.probes import Inputs, arguments
from mnist_course import training


def _judged(draw: Draw, n: int, classes: int, scale: float = 3.0, offset: float = 0.0) -> Inputs:
    labels = draw.labels(max(n, classes), classes)[:n]
    return arguments(scale * draw.normal(n, classes) + offset, labels)


def _huge(draw: Draw) -> Inputs:
    """Draw logits around 10,000 and -10,000, no two of a row near each other."""
    logits = 1e4 * draw.normal(12, 10)
    logits[:, :2] = logits.new_tensor([-1e4, 1e4])
    return arguments(logits, draw.labels(12))


def _sloped(draw: Draw, scale: float) -> Inputs:
    return {**_judged(draw, 6, 5, scale), "upstream": draw.uniform(1, low=0.5, high=2.0)}


def _misfit(draw: Draw, images: int, labels: int) -> Inputs:
    return arguments(draw.normal(images, 10), draw.labels(labels))


cross_entropy = Exercise(
    name="cross_entropy",
    asks="Average the surprise, -log p, at the true labels.",
    difficulty="medium",
    reference=training.cross_entropy,
    hints=(
        "Write the logarithm of softmax down on paper first: most of it cancels.",
        "exp(1000) is infinite. Softmax does not change when a row's largest logit is taken off "
        "the whole row; after that nothing overflows, and the sum is never 0.",
        "shifted = logits - each row's largest; log p = shifted - log of the sum of exp(shifted); "
        "then take column labels[i] of row i (gather, or two indices), the mean, and the minus.",
    ),
    forbidden=(
        "cross_entropy",
        "cross_entropy_loss*",
        "nll_loss*",
        "*log_softmax*",
        "*logsumexp*",
        "CrossEntropyLoss",
        "NLLLoss*",
        "LogSoftmax*",
        "AdaptiveLogSoftmax*",
        "log_loss",
    ),
    instead="exp, log, sum, amax and gather are enough.",
    cases=(
        values(FIRST, lambda d: _judged(d, 7, 10), judge=near(1e-3), points=2),
        values("three classes", lambda d: _judged(d, 8, 3), judge=near(1e-3)),
        values("one image", lambda d: _judged(d, 1, 10), judge=near(1e-3)),
        values(HUGE, _huge),
        values(
            "logits that are all near 10,000",
            lambda d: _judged(d, 5, 4, 1, d.choice((-1e4, 1e4))),
            judge=near(1e-2),
        ),
        gradients(lambda d: _sloped(d, 2)),
        gradients(lambda d: _sloped(d, 1e4), name="gradients at logits of 10,000"),
        kinds(lambda d: _judged(d, 4, 10)),
        untouched(lambda d: _judged(d, 4, 10)),
        refuses("fewer labels than images", lambda d: _misfit(d, 5, 4)),
        refuses("more labels than images", lambda d: _misfit(d, 5, 6)),
    ),
    misconceptions=mistakes.CROSS_ENTROPY,
)

EXERCISES = (cross_entropy, SGD, Adam, train_step, fit, train_digit_cnn)
