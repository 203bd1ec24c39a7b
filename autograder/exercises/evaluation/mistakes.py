"""The wrong answers of lesson 5 that count and divide, as people write them."""

import torch
from torch import Tensor

from autograder.exercise import Misconception
from mnist_course import evaluation

# ---- accuracy ------------------------------------------------------------------------------------


def _percent(logits: Tensor, labels: Tensor) -> float:
    return 100 * evaluation.accuracy(logits, labels)


def _count(logits: Tensor, labels: Tensor) -> int:
    return int((logits.argmax(dim=1) == labels).sum())


def _over_images(logits: Tensor, labels: Tensor) -> float:
    return (logits.argmax(dim=0) == labels).float().mean().item()


def _values_for_places(logits: Tensor, labels: Tensor) -> float:
    return (logits.max(dim=1).values == labels).float().mean().item()


def _smallest(logits: Tensor, labels: Tensor) -> float:
    return evaluation.accuracy(-logits, labels)


def _share_wrong(logits: Tensor, labels: Tensor) -> float:
    return 1 - evaluation.accuracy(logits, labels)


def _mean_of_classes(logits: Tensor, labels: Tensor) -> float:
    right = (logits.argmax(dim=1) == labels).float()
    return torch.stack([right[labels == c].mean() for c in labels.unique()]).mean().item()


ACCURACY = (
    Misconception(
        "percent",
        "Your number is in percent; a share lies between 0 and 1.",
        _percent,
        next="what should come out when all are right: 1 or 100?",
    ),
    Misconception(
        "count-instead-of-share",
        "You count the right ones: divide by how many there are.",
        _count,
        next="of 4 images with 3 right, the share is 0.75.",
    ),
    Misconception(
        "argmax-over-images",
        "The largest logit is looked for among the images (dim 0), not among the classes (dim 1).",
        _over_images,
        next="print logits.argmax(dim=...).shape: one prediction an image is needed.",
    ),
    Misconception(
        "values-for-places",
        "The largest logit itself is compared with the label, not the place where it stands.",
        _values_for_places,
        next="max gives values, argmax gives places.",
    ),
    Misconception(
        "smallest-logit",
        "The smallest logit is taken for the prediction.",
        _smallest,
        next="the class that is read is the one with the largest logit.",
    ),
    Misconception(
        "share-of-the-wrong",
        "That is the share of mistakes, the error rate.",
        _share_wrong,
        next="accuracy is 1 minus the error rate.",
    ),
    Misconception(
        "mean-over-classes",
        "Every class counts the same; here every image does.",
        _mean_of_classes,
        next="take one mean over all images.",
    ),
)

# ---- confusion_matrix ----------------------------------------------------------------------------


def _truth_in_columns(predictions: Tensor, labels: Tensor, num_classes: int = 10) -> Tensor:
    return evaluation.confusion_matrix(predictions, labels, num_classes).T


def _counted_once(predictions: Tensor, labels: Tensor, num_classes: int = 10) -> Tensor:
    return evaluation.confusion_matrix(predictions, labels, num_classes).clamp(max=1)


def _mistakes_only(predictions: Tensor, labels: Tensor, num_classes: int = 10) -> Tensor:
    return evaluation.confusion_matrix(predictions, labels, num_classes).fill_diagonal_(0)


def _shares_of_rows(predictions: Tensor, labels: Tensor, num_classes: int = 10) -> Tensor:
    counts = evaluation.confusion_matrix(predictions, labels, num_classes)
    return counts / counts.sum(dim=1, keepdim=True).clamp(min=1)


def _always_ten(predictions: Tensor, labels: Tensor, num_classes: int = 10) -> Tensor:  # noqa: ARG001
    return evaluation.confusion_matrix(predictions, labels, 10)


def _classes_that_occur(predictions: Tensor, labels: Tensor, num_classes: int = 10) -> Tensor:
    evaluation.confusion_matrix(predictions, labels, num_classes)  # refuses what must be refused
    return evaluation.confusion_matrix(
        predictions, labels, int(max(predictions.max(), labels.max()) + 1)
    )


def _wrapped_around(predictions: Tensor, labels: Tensor, num_classes: int = 10) -> Tensor:
    if (predictions >= num_classes).any() or (labels >= num_classes).any():
        raise ValueError("a class out of range")
    return evaluation.confusion_matrix(predictions % num_classes, labels % num_classes, num_classes)


CONFUSION_MATRIX = (
    Misconception(
        "truth-in-columns",
        "Rows and columns are swapped: a row is what it was, a column what it was read as.",
        _truth_in_columns,
        next="take one 4 that was read as a 9: which cell should it be in?",
    ),
    Misconception(
        "counted-once",
        "However often a pair occurs, it is counted once: matrix[labels, predictions] "
        "+= 1 adds only once to each cell.",
        _counted_once,
        next="torch.bincount, or index_put_ with accumulate=True, counts every time.",
    ),
    Misconception(
        "mistakes-only",
        "The diagonal is empty: right readings are counted, too.",
        _mistakes_only,
        next="the sum of all cells is the number of images.",
    ),
    Misconception(
        "shares-for-counts",
        "The cells hold shares of their row; counts are asked for.",
        _shares_of_rows,
        next="return the whole numbers, before any division.",
    ),
    Misconception(
        "always-ten-classes",
        "num_classes is ignored.",
        _always_ten,
        next="the shape is (num_classes, num_classes).",
    ),
    Misconception(
        "classes-that-occur",
        "The size comes from the largest class that occurs, not from num_classes.",
        _classes_that_occur,
        next="give bincount a minlength.",
    ),
    Misconception(
        "negative-wraps-around",
        "A negative class is taken for one counted from the end, and counted silently.",
        _wrapped_around,
        next="which values may a class have? Look at both ends.",
    ),
)

# ---- precision_recall ----------------------------------------------------------------------------


def _recall_first(confusion: Tensor) -> tuple[Tensor, Tensor]:
    precision, recall = evaluation.precision_recall(confusion)
    return recall, precision


def _divided_by_nothing(confusion: Tensor) -> tuple[Tensor, Tensor]:
    hits = confusion.diag().float()
    return hits / confusion.sum(dim=0), hits / confusion.sum(dim=1)


def _whole_numbers(confusion: Tensor) -> tuple[Tensor, Tensor]:
    precision, recall = evaluation.precision_recall(confusion)
    return precision.floor(), recall.floor()


def _one_added(confusion: Tensor) -> tuple[Tensor, Tensor]:
    hits = confusion.diag().float()
    return hits / (confusion.sum(dim=0) + 1), hits / (confusion.sum(dim=1) + 1)


def _share_of_all(confusion: Tensor) -> tuple[Tensor, Tensor]:
    share = confusion.diag() / confusion.sum()
    return share, share


def _hits_over_misses(confusion: Tensor) -> tuple[Tensor, Tensor]:
    hits = confusion.diag()
    misses = [(confusion.sum(dim=d) - hits).clamp(min=1) for d in (0, 1)]
    return hits / misses[0], hits / misses[1]


PRECISION_RECALL = (
    Misconception(
        "recall-first",
        "Precision and recall are swapped.",
        _recall_first,
        next="precision looks at a column: all that was read as this class.",
    ),
    Misconception(
        "nan-for-nothing",
        "Where nothing was read or present, 0 / 0 gives NaN; 0 is asked for.",
        _divided_by_nothing,
        next="keep the divisor from being 0.",
    ),
    Misconception(
        "whole-division",
        "The division gives whole numbers: 0 nearly everywhere.",
        _whole_numbers,
        next="/ divides as usual, // rounds down.",
    ),
    Misconception(
        "one-added",
        "The divisors are too large by one: who avoids 0 / 0 so changes all the others.",
        _one_added,
        next="clamp(min=1) changes only the zeros.",
    ),
    Misconception(
        "share-of-all",
        "The hits are divided by all images, not by those of the class.",
        _share_of_all,
        next="each class has a divisor of its own.",
    ),
    Misconception(
        "hits-over-misses",
        "The hits are divided by the misses; the hits belong below the line, too.",
        _hits_over_misses,
        next="a column's sum has the diagonal in it.",
    ),
)
