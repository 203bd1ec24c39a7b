"""Lesson 5: how good is it, really?"""

from collections.abc import Callable
from functools import partial

from autograder.cases import kinds, untouched
from autograder.draw import Draw
from autograder.exercise import Case, Exercise
from autograder.exercises.evaluation import draws
from autograder.exercises.evaluation.mistakes import ACCURACY, CONFUSION_MATRIX, PRECISION_RECALL
from autograder.exercises.evaluation.network_mistakes import EVALUATE, PREDICT_PROBABILITIES
from autograder.exercises.evaluation.photos import prepare_photo
from autograder.exercises.evaluation.ranking_mistakes import HARDEST_MISTAKES
from autograder.probes import Inputs, arguments
from autograder.probes import evaluation as probes
from mnist_course import evaluation


def left_as_it_was(name: str, draw: Callable[[Draw], Inputs]) -> Case:
    """See that a call gives every module its own mode back, and changes nothing else."""
    return Case(name, draw, probes.network_after, care=True)


with_network = partial(Case, probe=probes.with_network)

# ---- the exercises ------------------------------------------------------------------------------

accuracy = Exercise(
    name="accuracy",
    asks="Return the share of images whose largest logit is the right one.",
    difficulty="easy",
    reference=evaluation.accuracy,
    hints=(
        "Each row of the logits belongs to one image. Which column wins?",
        "argmax along the classes gives the predictions; where they equal the labels is a 1.",
        "Compare logits.argmax(dim=1) with labels, take the mean as float, and .item() of it.",
    ),
    cases=(
        Case("ten classes", lambda d: arguments(*draws.logits_and_labels(d, d.integer(20, 40)))),
        Case("whole logits of four classes", lambda d: arguments(*draws.whole_logits(d, 30))),
        Case("as many images as classes", lambda d: arguments(*draws.logits_and_labels(d, 10))),
        Case("one image, read right or wrong", draws.single_images, probes.many_calls),
        kinds(lambda d: arguments(*draws.logits_and_labels(d, 12))),
        untouched(lambda d: arguments(*draws.logits_and_labels(d, 12))),
    ),
    misconceptions=ACCURACY,
)


evaluate = Exercise(
    name="evaluate",
    asks="Return loss and accuracy over all samples of a loader.",
    difficulty="medium",
    reference=evaluation.evaluate,
    hints=(
        "Two things to watch: the last batch is short, and the network remembers its mode.",
        "Add up loss times size, right ones and sizes over the batches; divide once, at the end. "
        "Switch every module to evaluation before, and give each its own mode back after.",
        "with evaluating(model): for images, labels in loader: loss_sum += loss * len(labels) … "
        "then return loss_sum / count, correct / count.",
    ),
    cases=(
        with_network("batches of one size", lambda d: draws.samples(d, 12, 4)),
        with_network("a short last batch", lambda d: draws.samples(d, 11, 4)),
        with_network("a single image", lambda d: draws.samples(d, 1, 4)),
        with_network("a network in training mode", lambda d: draws.samples(d, 11, 4, "train")),
        left_as_it_was(
            "a network in training stays in training", lambda d: draws.samples(d, 6, 3, "train")
        ),
        left_as_it_was("a network in evaluation stays so", lambda d: draws.samples(d, 6, 3)),
        left_as_it_was(
            "modules of different modes keep theirs", lambda d: draws.samples(d, 6, 3, "mixed")
        ),
        kinds(lambda d: draws.samples(d, 6, 3), probe=probes.with_network),
    ),
    misconceptions=EVALUATE,
)

confusion_matrix = Exercise(
    name="confusion_matrix",
    asks="Count how often each true class (row) was read as each class (column).",
    difficulty="medium",
    reference=evaluation.confusion_matrix,
    hints=(
        "One image adds 1 to one cell. Which row, which column?",
        "Number the cells: truth * num_classes + prediction. Then count each number.",
        "torch.bincount(cells, minlength=num_classes**2).reshape(num_classes, num_classes), after "
        "the classes and lengths have been looked at.",
    ),
    cases=(
        Case("ten classes", lambda d: arguments(*draws.classes_read(d, 300, 10))),
        Case(
            "classes that do not occur", lambda d: arguments(*draws.classes_read(d, 60, 10, 2, 6))
        ),
        Case("four classes", lambda d: arguments(*draws.classes_read(d, 40, 4), num_classes=4)),
        Case("thirteen classes", lambda d: arguments(*draws.classes_read(d, 200, 13), 13)),
        kinds(lambda d: arguments(*draws.classes_read(d, 50, 10))),
        untouched(lambda d: arguments(*draws.classes_read(d, 50, 10))),
        Case("refuses a class out of range", draws.out_of_range, probes.many_refusals, care=True),
        Case("refuses different lengths", draws.different_lengths, probes.many_refusals, care=True),
    ),
    misconceptions=CONFUSION_MATRIX,
)

precision_recall = Exercise(
    name="precision_recall",
    asks="Of what was read as a class, how much was; of what was a class, how much was read so.",
    difficulty="medium",
    reference=evaluation.precision_recall,
    hints=(
        "Both have the diagonal on top. What stands below?",
        "A column holds all that was read as a class, a row all that was one. Nobody can divide "
        "by an empty one: the answer is 0 there.",
        "confusion.sum(dim=0) adds up the columns; .clamp(min=1) makes an empty one harmless, "
        "since 0 / 1 is 0.",
    ),
    cases=(
        Case("ten classes", lambda d: draws.counts(d, 10)),
        Case("three classes", lambda d: draws.counts(d, 3)),
        Case("a class that is read faultlessly", lambda d: draws.one_perfect(d, d.integer(4, 8))),
        Case("a class that is never read", lambda d: draws.counts(d, 6, unread=d.integer(0, 5))),
        Case("a class that is not there", lambda d: draws.counts(d, 6, absent=d.integer(0, 5))),
        Case("types", lambda d: draws.counts(d, 5), judge=draws.two_float_tensors, care=True),
        untouched(lambda d: draws.counts(d, 6, 2, 4)),
    ),
    misconceptions=PRECISION_RECALL,
)

predict_probabilities = Exercise(
    name="predict_probabilities",
    asks="Return the probability of every class for every image.",
    difficulty="easy",
    reference=evaluation.predict_probabilities,
    hints=(
        "The network gives logits. What makes probabilities of them, and along which dimension?",
        "Softmax over the classes, once; the network in evaluation mode, and back in its own "
        "after.",
        "with evaluating(model): logits = model(images); then logits.softmax(dim=1).",
    ),
    cases=(
        with_network("ten classes", lambda d: draws.unlabelled(d, d.integer(5, 9))),
        with_network("one image, seven classes", lambda d: draws.unlabelled(d, 1, classes=7)),
        with_network("a network in training mode", lambda d: draws.unlabelled(d, 6, "train")),
        with_network("a network that is very sure", lambda d: draws.unlabelled(d, 8, size=200.0)),
        left_as_it_was("the network stays as it was", lambda d: draws.unlabelled(d, 4, "train")),
        left_as_it_was(
            "modules of different modes keep theirs", lambda d: draws.unlabelled(d, 4, "mixed")
        ),
        kinds(lambda d: draws.unlabelled(d, 4), probe=probes.with_network),
    ),
    misconceptions=PREDICT_PROBABILITIES,
)

hardest_mistakes = Exercise(
    name="hardest_mistakes",
    asks="Return the indices of at most k wrong predictions, the surest first.",
    difficulty="medium",
    reference=evaluation.hardest_mistakes,
    hints=(
        "First find where the network is wrong; then sort only those by how sure it was.",
        "max(dim=1) gives the highest probability and its class; (predictions != labels).nonzero() "
        "gives the places of mistakes, which are indices into all images.",
        "wrong[confidence[wrong].argsort(descending=True)][:k]",
    ),
    cases=(
        with_network("the three hardest", lambda d: draws.guesses(d, 3)),
        with_network("more asked for than there are", lambda d: draws.guesses(d, 50)),
        with_network("a network in training mode", lambda d: draws.guesses(d, 5, "train")),
        with_network("none asked for", lambda d: draws.guesses(d, 0), care=True),
        with_network("a network without mistakes", draws.nothing_to_find, care=True),
        left_as_it_was("every module's mode stays", lambda d: draws.guesses(d, 3, "mixed")),
        kinds(lambda d: draws.guesses(d, 3), probe=probes.with_network),
    ),
    misconceptions=HARDEST_MISTAKES,
)

EXERCISES = (
    accuracy,
    evaluate,
    confusion_matrix,
    precision_recall,
    predict_probabilities,
    hardest_mistakes,
    prepare_photo,
)
