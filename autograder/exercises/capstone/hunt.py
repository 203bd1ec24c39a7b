"""Lesson 7, the bug hunt: five runs to mend.

Nothing that is shown before an attempt may tell what is wrong: names of checks and first hints.
"""

from typing import Any

import torch
from torch.nn import functional as F

from autograder.cases import kinds
from autograder.draw import Draw
from autograder.exercise import Case, Exercise, Misconception
from autograder.exercises.capstone import facts
from autograder.exercises.capstone import hunt_mistakes as mistakes
from autograder.exercises.capstone.facts import by_facts, judged_by
from autograder.probes import Inputs, arguments, arguments_after
from autograder.probes import capstone as probes
from mnist_course import capstone

UNCHANGED = "This is still the run as it was found: what it returns has not changed."


def _as_found(broken: Any, next_step: str) -> Misconception:
    return Misconception("as-found", UNCHANGED, broken, next=next_step)


# ---- runs 1, 3 and 4: a small linear network, a few batches ------------------------------------


def _run(draw: Draw, *sizes: int, epochs: int = 1, lr: float = 0.1, val: int = 0) -> Inputs:
    inputs = {
        "weight": draw.normal(10, 16) / 4,
        "bias": draw.normal(10) / 4,
        "images": [draw.uniform(n, 1, 4, 4, high=2) for n in sizes],
        "labels": [draw.labels(n) for n in sizes],
        "epochs": epochs,
        "lr": lr,
    }
    if val:  # darker than what is trained on, so that it matters which figures normalise them
        inputs["val"] = [draw.uniform(val, 1, 4, 4), draw.labels(val)]
    return inputs


def _pictures(inputs: Inputs) -> Any:
    return [inputs["images"], inputs["labels"], list(inputs.get("val", []))]


def _runs(lr: float, val: int = 0) -> tuple[Case, ...]:
    def linear(name: str, *sizes: int, epochs: int, points: int = 1) -> Case:
        draw = lambda d: _run(d, *sizes, epochs=epochs, lr=lr, val=val)  # noqa: E731
        return Case(name, draw, probes.linear_run, points=points)

    return (
        linear("one batch, three epochs", 12, epochs=3),
        linear("four batches, one epoch", 12, 12, 12, 12, epochs=1),
        linear("batches of several sizes", 12, 20, 9, epochs=3, points=2),
        kinds(lambda d: _run(d, 12, lr=lr, val=val), "losses are floats", probe=probes.linear_run),
        Case("pictures and labels stay as they were", lambda d: _run(d, 12, 12, lr=lr, val=val),
             probes.batches_after, expect=_pictures, care=True),
    )  # fmt: skip


hunt_1 = Exercise(
    name="hunt_1",
    asks="Write run 1 without its fault.",
    difficulty="medium",
    reference=capstone.hunt_1,
    hints=(
        "Do two steps on paper, with a single weight: is the second one what you expect?",
        "Compare with your own train_step of lesson 4, line by line: one of its lines has no "
        "counterpart here.",
        "loss.backward() adds to what stands in p.grad. Somebody has to clear that, every step.",
    ),
    cases=_runs(lr=0.1),
    misconceptions=(
        _as_found(capstone.broken_1, "print one p.grad after every step: what is it made of?"),
        Misconception("cleared-once-an-epoch", "The gradients are cleared once an epoch. Within an "
                      "epoch they still pile up.",
                      mistakes.stepping(mistakes.cleared_once_an_epoch),
                      next="how often does the optimizer step?"),
        Misconception("cleared-before-the-step", "The gradients are cleared when nothing has been "
                      "made of them yet: no weight moves.",
                      mistakes.stepping(mistakes.cleared_before_the_step),
                      next="between which two lines are the gradients needed?"),
        Misconception("smaller-rate", "A smaller learning rate only makes the fault smaller.",
                      mistakes.at_another_rate(capstone.broken_1, 0.1),
                      next="keep lr as it is given, and look for what is wrong within a step."),
        Misconception("another-optimizer", "The steps are Adam's now. Plain gradient descent was "
                      "no fault.", mistakes.stepping(mistakes.plain, torch.optim.Adam),
                      next="keep the optimizer, mend the loop."),
    ),
)  # fmt: skip

hunt_4 = Exercise(
    name="hunt_4",
    asks="Write run 4 without its fault.",
    difficulty="medium",
    reference=capstone.hunt_4,
    hints=(
        "Work out by hand the smallest loss that this run could ever reach.",
        "Ask of every function here what it takes: what does cross_entropy want to be given?",
        "cross_entropy(model(images), labels): it turns logits into probabilities by itself.",
    ),
    cases=_runs(lr=0.01),
    misconceptions=(
        _as_found(capstone.broken_4, "what is the loss where one class has all the probability?"),
        Misconception("log-left-out", "The loss is the probability itself, with a minus; its "
                      "logarithm was meant.",
                      mistakes.by_loss(lambda z, y: F.nll_loss(z.softmax(dim=1), y)),
                      next="nll_loss wants logarithms; cross_entropy wants logits."),
        Misconception("logits-as-logarithms", "nll_loss was given logits; it wants logarithms of "
                      "probabilities.", mistakes.by_loss(F.nll_loss),
                      next="which loss takes logits?"),
        Misconception("sigmoid-in-place", "A sigmoid squeezes the logits just as the other did.",
                      mistakes.by_loss(lambda z, y: F.cross_entropy(z.sigmoid(), y)),
                      next="what may stand between the network and cross_entropy?"),
        Misconception("larger-rate", "A larger learning rate cannot help: the loss has a floor.",
                      mistakes.at_another_rate(capstone.broken_4, 10),
                      next="keep lr as it is given. Where does the floor come from?"),
    ),
)  # fmt: skip

hunt_3 = Exercise(
    name="hunt_3",
    asks="Write run 3 without its fault.",
    difficulty="medium",
    reference=capstone.hunt_3,
    hints=(
        "With lr = 0 the network never changes. What else could make its loss differ?",
        "Some layers behave in one way while they learn and in another while they are judged. "
        "Who tells them which it is?",
        "model.eval() before validating, and model.train() before the next epoch: both, each time.",
    ),
    cases=_runs(lr=0.01, val=11),
    misconceptions=(
        _as_found(capstone.broken_3, "print model.training where the validation loss is computed."),
        Misconception("not-back-to-training", "From the second epoch on it learns in evaluation "
                      "mode: nobody switched back.", mistakes.in_modes(None, False),
                      next="print model.training before each epoch."),
        Misconception("evaluation-throughout", "It learns in evaluation mode from the first step.",
                      mistakes.in_modes(None, False, first=False),
                      next="batch norm learns its running figures in training mode only."),
        Misconception("modes-swapped", "It learns in evaluation mode, and is judged in training "
                      "mode.", mistakes.in_modes(False, True), next="eval() is for evaluating."),
        Misconception("judged-before-learning", "Each epoch is judged before it has been learned.",
                      mistakes.judged_before_learning,
                      next="keep the order: first the epoch, then its validation loss."),
    ),
)  # fmt: skip


# ---- run 2: pictures that vary -----------------------------------------------------------------


def _many(draw: Draw) -> Inputs:
    return {"images": draw.uniform(600, 1, 8, 8, low=0.1), "seed": draw.seed()}


def _varied(name: str, judge: facts.Facts, points: int = 1, care: bool = False) -> Case:
    return Case(
        name, _many, probes.varied, by_facts(judge), points=points, care=care, expect=judged_by
    )


hunt_2 = Exercise(
    name="hunt_2",
    asks="Write run 2 without its fault.",
    difficulty="easy",
    reference=capstone.hunt_2,
    hints=(
        "Look at what the network is given: would you put the same label under each picture?",
        "An augmentation may only do what leaves the meaning alone. Take the lines one by one.",
        "Keep random_shift, with its two pixels and its generator, and nothing else.",
    ),
    cases=(
        _varied("what comes out", facts.only_moved, points=2),
        _varied("each its own way", facts.moved_every_way, points=2),
        _varied("the generator decides", facts.drawn_from_generator, care=True),
        Case("pictures stay as they were", _many, probes.pictures_after,
             expect=lambda inputs: inputs["images"], care=True),
    ),
    misconceptions=(
        Misconception("as-found", UNCHANGED, capstone.broken_2,
                      next="draw eight pictures beside what became of them.",
                      symptom=mistakes.shows(lambda x: x.flip(-1), 0.3)),
        Misconception("upside-down", "Now some pictures stand on their heads: a six is no nine.",
                      mistakes.flipped_down, next="which pictures mean the same upside down?",
                      symptom=mistakes.shows(lambda x: x.flip(-2), 0.3)),
        Misconception("wrapped-around", "What leaves a picture on one side comes in on the "
                      "other.", mistakes.rolled, next="roll wraps around; zeros should come in."),
        Misconception("one-shift-for-all", "All pictures of a call are moved the same way.",
                      mistakes.one_shift_for_all, next="draw one shift for each picture."),
        Misconception("nothing-varied", "The pictures come out as they went in.",
                      mistakes.not_varied, next="moving them was no fault: keep it."),
    ),
)  # fmt: skip


# ---- run 5: two parts of a data set ------------------------------------------------------------


def _some(draw: Draw) -> Inputs:
    one, other = draw.seed(), draw.seed()
    return {"args": [draw.images(120, 6, 6), draw.labels(120)], "seeds": [one, one, other]}


def _split(name: str, judge: facts.Facts, points: int = 1, care: bool = False) -> Case:
    return Case(
        name, _some, probes.split_twice, by_facts(judge), points=points, care=care, expect=judged_by
    )


def _split_call(draw: Draw) -> Inputs:
    return arguments(draw.images(100, 6, 6), draw.labels(100), draw.seed())


hunt_5 = Exercise(
    name="hunt_5",
    asks="Write run 5 without its fault.",
    difficulty="medium",
    reference=capstone.hunt_5,
    hints=(
        "Take four pictures with names, A to D, and follow each of them through the lines.",
        "What is judged must be new to what was learned. Where do the two copies of A end?",
        "Split first; then add the moved copies, and their labels, to the training part alone.",
    ),
    cases=(
        _split("the two parts", facts.parts_apart, points=2),
        _split("the training part", facts.training_enlarged),
        _split("the validation part", facts.a_fifth_held_out),
        _split("the labels", facts.labels_go_along),
        _split("the seed", facts.seed_decides, care=True),
        Case("pictures and labels stay as they were", _split_call, arguments_after,
             expect=lambda inputs: dict(inputs), care=True),
    ),
    misconceptions=(
        _as_found(capstone.broken_5, "look for a validation picture among the training pictures."),
        Misconception("split-separately", "Pictures and copies are split by two seeds: a picture "
                      "is judged whose copy was learned.", mistakes.split_separately,
                      next="let the picture decide on which side its copy goes."),
        Misconception("copies-left-out", "The moved copies are gone. Adding them was no fault.",
                      mistakes.copies_left_out, next="keep them, where they do no harm."),
        Misconception("only-copies-left", "The training part has the moved copies only.",
                      mistakes.only_copies_in_training,
                      next="put the pictures beside their copies."),
        Misconception("labels-out-of-step", "The labels of the training part do not go with its "
                      "pictures.", mistakes.labels_out_of_step,
                      next="repeat(2) and repeat_interleave(2): which order do the pictures have?"),
        Misconception("all-in-training", "What is held out is in the training part, too.",
                      mistakes.all_of_it_in_training, next="augment what the split returned."),
    ),
)  # fmt: skip

RUNS = (hunt_1, hunt_2, hunt_3, hunt_4, hunt_5)
