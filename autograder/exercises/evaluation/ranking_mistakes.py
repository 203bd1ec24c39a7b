"""The wrong answers of `hardest_mistakes`, as people write them."""

from torch import Tensor, nn

from autograder.exercise import Misconception
from autograder.exercises.evaluation.network_mistakes import as_it_is, logits_of
from mnist_course import evaluation


def _ranked(probabilities: Tensor, labels: Tensor, k: int, descending: bool = True) -> Tensor:
    surest, predictions = probabilities.max(dim=1)
    wrong = (predictions != labels).nonzero().flatten()
    return wrong[surest[wrong].argsort(descending=descending)][:k]


def _least_sure(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:
    return _ranked(evaluation.predict_probabilities(model, images), labels, k, descending=False)


def _right_ones_too(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:  # noqa: ARG001
    surest = evaluation.predict_probabilities(model, images).max(dim=1).values
    return surest.argsort(descending=True)[:k]


def _by_truth(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:
    every = evaluation.hardest_mistakes(model, images, labels, len(images))
    of_truth = evaluation.predict_probabilities(model, images)[every, labels[every]]
    return every[of_truth.argsort()][:k]


def _places_among_mistakes(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:
    every = evaluation.hardest_mistakes(model, images, labels, len(images))
    return every.argsort().argsort()[:k]


def _in_order_of_images(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:
    return evaluation.hardest_mistakes(model, images, labels, len(images)).sort().values[:k]


def _all_of_them(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:  # noqa: ARG001
    return evaluation.hardest_mistakes(model, images, labels, len(images))


def _while_training(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:
    return _ranked(as_it_is(model, images), labels, k)


def _left_in_eval(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:
    return evaluation.hardest_mistakes(model.eval(), images, labels, k)


def _by_logit(model: nn.Module, images: Tensor, labels: Tensor, k: int) -> Tensor:
    return _ranked(logits_of(model, images), labels, k)


HARDEST_MISTAKES = (
    Misconception(
        "least-sure-first",
        "The least sure mistakes come first.",
        _least_sure,
        next="argsort goes upwards; descending=True turns it round.",
    ),
    Misconception(
        "right-ones-too",
        "Predictions that are right are among them: these are the surest of all.",
        _right_ones_too,
        next="keep only where predictions differ from labels.",
    ),
    Misconception(
        "ranked-by-the-truth",
        "They are ranked by how little the true class was believed in, not by "
        "how much the wrong one was.",
        _by_truth,
        next="rank by the largest probability of the row.",
    ),
    Misconception(
        "ranked-by-logit",
        "They are ranked by the largest logit; a large logit beside another large "
        "one is not a sure one.",
        _by_logit,
        next="rank by probabilities.",
    ),
    Misconception(
        "places-among-mistakes",
        "These are places in the list of mistakes, not among all images.",
        _places_among_mistakes,
        next="index the list of mistakes with them.",
    ),
    Misconception(
        "not-ranked",
        "The first mistakes in the order of the images are taken.",
        _in_order_of_images,
        next="sort the mistakes by how sure the network was.",
    ),
    Misconception(
        "k-ignored",
        "All mistakes come back, however few are asked for.",
        _all_of_them,
        next="cut the list at k.",
    ),
    Misconception(
        "eval-forgotten",
        "The network is asked as it is: in training mode its answers are random.",
        _while_training,
        next="predict_probabilities sees to the mode.",
    ),
    Misconception(
        "eval-not-restored",
        "The network is left in evaluation mode.",
        _left_in_eval,
        next="give it back as it came, every module in its own mode.",
    ),
)


RANKINGS = (_by_truth, _by_logit, _places_among_mistakes, _in_order_of_images)
