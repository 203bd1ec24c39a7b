"""The wrong answers of lesson 5 that ask a network, as people write them."""

from typing import Any

import torch
from torch import Tensor, nn

from autograder.exercise import Misconception
from mnist_course import evaluation
from mnist_course.training import cross_entropy

# ---- evaluate ------------------------------------------------------------------------------------


def _batch_figures(model: nn.Module, loader: Any) -> list[tuple[float, float, int]]:
    """Return loss, accuracy and size of every batch, in whatever mode the network is."""
    figures = []
    with torch.no_grad():
        for images, labels in loader:
            logits = model(images)
            loss = cross_entropy(logits, labels).item()
            figures.append((loss, evaluation.accuracy(logits, labels), len(labels)))
    return figures


def _over_samples(figures: list[tuple[float, float, int]]) -> tuple[float, float]:
    total = sum(n for *_, n in figures)
    return sum(f[0] * f[2] for f in figures) / total, sum(f[1] * f[2] for f in figures) / total


def _mean_of_batches(model: nn.Module, loader: Any) -> tuple[float, float]:
    with evaluation.evaluating(model):
        figures = _batch_figures(model, loader)
    return sum(f[0] for f in figures) / len(figures), sum(f[1] for f in figures) / len(figures)


def _evaluate_as_it_is(model: nn.Module, loader: Any) -> tuple[float, float]:
    return _over_samples(_batch_figures(model, loader))


def _evaluate_not_restored(model: nn.Module, loader: Any) -> tuple[float, float]:
    return _over_samples(_batch_figures(model.eval(), loader))


def _evaluate_then_train(model: nn.Module, loader: Any) -> tuple[float, float]:
    result = _over_samples(_batch_figures(model.eval(), loader))
    model.train()
    return result


def _evaluate_one_mode(model: nn.Module, loader: Any) -> tuple[float, float]:
    before = model.training
    result = _over_samples(_batch_figures(model.eval(), loader))
    model.train(before)
    return result


def _accuracy_first(model: nn.Module, loader: Any) -> tuple[float, float]:
    loss, share = evaluation.evaluate(model, loader)
    return share, loss


def _softmax_first(model: nn.Module, loader: Any) -> tuple[float, float]:
    return evaluation.evaluate(nn.Sequential(model, nn.Softmax(dim=1)), loader)


def _loss_summed(model: nn.Module, loader: Any) -> tuple[float, float]:
    loss, share = evaluation.evaluate(model, loader)
    return loss * sum(len(labels) for _, labels in loader), share


def _last_batch(model: nn.Module, loader: Any) -> tuple[float, float]:
    return evaluation.evaluate(model, list(loader)[-1:])


EVALUATE = (
    Misconception(
        "mean-of-batch-means",
        "The means of the batches are averaged, so that an image in the "
        "short last batch counts more than others.",
        _mean_of_batches,
        next="weight each batch by how many images it has.",
    ),
    Misconception(
        "eval-forgotten",
        "The network is asked as it is: in training mode dropout strikes out, and "
        "batch norm takes its figures from the batch.",
        _evaluate_as_it_is,
        next="model.eval() before the first batch.",
    ),
    Misconception(
        "eval-not-restored",
        "The network is left in evaluation mode: who trains on would do so without dropout.",
        _evaluate_not_restored,
        next="note module.training of every module before, and set it again after.",
    ),
    Misconception(
        "left-in-training",
        "The network is always left in training mode, whatever it was in.",
        _evaluate_then_train,
        next="note the mode before you change it.",
    ),
    Misconception(
        "one-mode-for-all",
        "All modules get the mode of the whole: a frozen batch norm would thaw.",
        _evaluate_one_mode,
        next="model.train(mode) sets every module; note each one's own.",
    ),
    Misconception(
        "accuracy-first",
        "The two figures have changed places: first the loss, then the accuracy.",
        _accuracy_first,
        next="return loss, accuracy.",
    ),
    Misconception(
        "softmax-before-the-loss",
        "The loss takes logits, and is given probabilities: it can hardly fall below 1.46.",
        _softmax_first,
        next="give cross_entropy what the network returns.",
    ),
    Misconception(
        "loss-not-divided",
        "The loss is a sum over all images, not their mean.",
        _loss_summed,
        next="divide by the number of images.",
    ),
    Misconception(
        "last-batch-only",
        "Only the last batch is judged: the sums begin anew each time.",
        _last_batch,
        next="where does your loop set its sums to zero?",
    ),
)

# ---- predict_probabilities -----------------------------------------------------------------------


def logits_of(model: nn.Module, images: Tensor) -> Tensor:
    """Return what the network says, before softmax."""
    with evaluation.evaluating(model):
        return torch.as_tensor(model(images))


def _twice(model: nn.Module, images: Tensor) -> Tensor:
    return evaluation.predict_probabilities(model, images).softmax(dim=1)


def _across_images(model: nn.Module, images: Tensor) -> Tensor:
    return logits_of(model, images).softmax(dim=0)


def _each_by_itself(model: nn.Module, images: Tensor) -> Tensor:
    return logits_of(model, images).sigmoid()


def _logarithms(model: nn.Module, images: Tensor) -> Tensor:
    return logits_of(model, images).log_softmax(dim=1)


def _overflowing(model: nn.Module, images: Tensor) -> Tensor:
    powers = logits_of(model, images).exp()
    return powers / powers.sum(dim=1, keepdim=True)


def as_it_is(model: nn.Module, images: Tensor) -> Tensor:
    """Ask the network in whatever mode it is."""
    with torch.no_grad():
        return torch.as_tensor(model(images)).softmax(dim=1)


def _not_restored(model: nn.Module, images: Tensor) -> Tensor:
    return as_it_is(model.eval(), images)


def _one_mode(model: nn.Module, images: Tensor) -> Tensor:
    before = model.training
    result = as_it_is(model.eval(), images)
    model.train(before)
    return result


PREDICT_PROBABILITIES = (
    Misconception(
        "logits-for-probabilities",
        "These are the logits: they are not yet between 0 and 1.",
        logits_of,
        next="softmax makes probabilities of logits.",
    ),
    Misconception(
        "softmax-twice",
        "Softmax was taken twice: the second time all classes become nearly alike.",
        _twice,
        next="look at the largest probability: can it ever come near 1?",
    ),
    Misconception(
        "softmax-over-images",
        "The probabilities of one class add up to 1 over the images; those of "
        "one image should, over the classes.",
        _across_images,
        next="dim=1 goes along a row.",
    ),
    Misconception(
        "sigmoid",
        "Each class has a probability by itself; those of one image should add up to 1.",
        _each_by_itself,
        next="a digit is one of ten: softmax, not sigmoid.",
    ),
    Misconception(
        "log-probabilities",
        "These are logarithms of probabilities.",
        _logarithms,
        next="softmax, not log_softmax.",
    ),
    Misconception(
        "exp-overflows",
        "exp of a large logit is infinite, and infinity over infinity is NaN.",
        _overflowing,
        next="torch's softmax takes the largest logit off first.",
    ),
    Misconception(
        "eval-forgotten",
        "The network is asked as it is: in training mode its answers are random.",
        as_it_is,
        next="evaluating(model) switches it, and gives every mode back.",
    ),
    Misconception(
        "eval-not-restored",
        "The network is left in evaluation mode.",
        _not_restored,
        next="evaluating(model) gives every module its own mode back.",
    ),
    Misconception(
        "one-mode-for-all",
        "All modules get the mode of the whole: a frozen batch norm would thaw.",
        _one_mode,
        next="model.train(mode) sets every module; note each one's own.",
    ),
)
