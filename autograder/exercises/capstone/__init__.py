"""Lesson 7: a network under a budget, and what was wrong with five runs.

The runs themselves stand in capstone_hunt.py.
"""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder.compare import near, numbers
from autograder.draw import Draw
from autograder.exams import MINIMUM, exam, reads_at_least
from autograder.exercise import Case, Exercise, Misconception
from autograder.exercises.capstone import mistakes
from autograder.exercises.capstone.facts import by_facts, judged_by
from autograder.exercises.capstone.hunt import RUNS
from autograder.probes import Inputs, arguments
from autograder.probes import capstone as probes
from mnist_course import capstone

# ---- build_model -------------------------------------------------------------------------------

HEARD = 1.0  # cross-entropy; a softmax at the end cannot come below 1.46


def _few(draw: Draw, n: int = 30) -> Inputs:
    few = exam(draw, train=n, test=1)
    return {"images": few["train_images"], "labels": few["train_labels"]}


def _few_again(draw: Draw) -> Inputs:
    """Draw a few to learn, and the same in another order, to be read; their labels stay here."""
    few = _few(draw)
    order = torch.from_numpy(draw.rng.permutation(len(few["labels"])))
    again = (few["images"][order] + 0.02 * draw.normal(*few["images"].shape)).clamp(0, 1)
    return {**few, "again": again, "_labels": few["labels"][order]}


def _are_logits(inputs: Inputs, got: Any) -> str | None:
    n, together = len(inputs["images"]), got["together"]
    if tuple(together.shape) != (n, 10):
        return f"logits of shape ({n}, 10) were expected, {tuple(together.shape)} came"
    if any(tuple(one.shape) != (1, 10) for one in got["alone"]):
        return f"for one picture (1, 10) was expected, {tuple(got['alone'][0].shape)} came"
    if not together.isfinite().all():
        return "some logits are not finite"
    if float((together - together[0]).abs().max()) < 1e-6:
        return "whatever the picture, the logits are the same"
    apart = torch.cat(got["alone"])
    fault = near(1e-3)(together, apart)
    return f"read one by one, the pictures get other logits: {fault}" if fault else None


def _learns(inputs: Inputs, got: Any) -> str | None:
    best = min(F.cross_entropy(logits.float(), inputs["_labels"]).item() for logits in got)
    if best < HEARD:
        return None
    return f"after {probes.STEPS} steps on the same 30 pictures its loss is still {best:.2f}"


def _fits_budget(_: Inputs, got: Any) -> str | None:
    if 0 < got <= capstone.BUDGET:
        return None
    return f"at most {capstone.BUDGET:,} parameters are allowed, it has {got:,}"


def _same_after_loading(_: Inputs, got: Any) -> str | None:
    fault = near(1e-3)(got["first"], got["second"])
    return (
        f"with the weights of the first, a second network reads otherwise: {fault}"
        if fault
        else None
    )


build_model = Exercise(
    name="build_model",
    asks="Build a network of your own: images in, logits out, at most 150,000 parameters.",
    difficulty="medium",
    reference=capstone.build_model,
    hints=(
        "Begin with the network of lesson 3, and count: which layer has most of the parameters?",
        "A linear layer pays for every pixel that reaches it, a convolution only for its kernel: "
        "make the picture small before it is flattened.",
        "nn.Sequential of two or three convolutions, each with stride 2 or pooling behind it, "
        "then nn.Flatten() and one nn.Linear(..., 10); nothing behind that.",
    ),
    cases=(
        Case("logits", lambda d: {"images": d.images(5)}, probes.logits_of, by_facts(_are_logits),
             points=2, expect=judged_by, care=True),
        Case("learns a few pictures by heart", _few_again, probes.learned, by_facts(_learns),
             points=2, expect=judged_by, limit=30),
        Case("parameters", lambda d: {"images": d.images(2)}, probes.size_of,
             by_facts(_fits_budget), points=2, expect=judged_by, care=True),
        Case("every parameter gets a gradient", _few, probes.unreached, expect=lambda _: [],
             care=True),
        Case("weights can be kept and loaded", lambda d: {"images": d.images(4)}, probes.handed_on,
             by_facts(_same_after_loading), expect=judged_by, care=True),
    ),
    misconceptions=(
        Misconception("probabilities", "It returns probabilities. Logits are asked for: the loss "
                      "takes the softmax itself.", mistakes.probabilities,
                      next="leave out what stands behind the last linear layer.",
                      symptom=mistakes.looks_like_probabilities),
        Misconception("over-budget", "It has more parameters than the budget allows.",
                      mistakes.over_budget, symptom=mistakes.is_over_budget,
                      next="print name and numel() of each of model.named_parameters()."),
        Misconception("layers-in-a-list", "Some of its weights are not among model.parameters(): "
                      "nothing trains them, and no file keeps them.", mistakes.LayersInAList,
                      next="put layers into self.name or nn.ModuleList, not into a list.",
                      symptom=mistakes.is_not_handed_on),
        Misconception("reads-the-batch", "What it makes of a picture depends on the pictures "
                      "beside it, in evaluation too.", mistakes.ByTheBatch,
                      next="take no means over the whole of x; nn.BatchNorm2d keeps running ones.",
                      symptom=mistakes.depends_on_the_batch),
        Misconception("no-network", "What build_model returns is not a network.",
                      lambda: torch.nn.Linear, next="return an nn.Module, made."),
    ),
)  # fmt: skip


# ---- train -------------------------------------------------------------------------------------


def _exam(draw: Draw) -> Inputs:
    return {**exam(draw), "seed": draw.seed(), "_data": draw.data}


def _little(draw: Draw, **more: Any) -> Inputs:
    few = exam(draw, train=160, test=1)
    names = ("train_images", "train_labels")
    return {**{name: few[name] for name in names}, "seed": draw.seed(), **more}


def _labels_and_data(inputs: Inputs) -> Any:
    return inputs["_labels"], inputs["_data"]


def _reads_enough(expected: tuple[Tensor, str], got: Any) -> str | None:
    labels, data = expected
    logits = numbers(got["logits"])
    if logits is None or logits.shape != (len(labels), 10):
        return "the trained network does not return logits of shape (N, 10)"
    return reads_at_least(MINIMUM["train", data])(labels, got["logits"])


def _repeats(_: Inputs, got: Any) -> str | None:
    if fault := near(1e-3)(got[1], got[2]):
        return f"trained twice with one seed from the same first weights, it differs: {fault}"
    return None


def _images_and_labels(inputs: Inputs) -> Any:
    return [inputs["train_images"], inputs["train_labels"]]


train = Exercise(
    name="train",
    asks="Train a network on images in [0, 1] so that it reads digits that it has never seen.",
    difficulty="medium",
    reference=capstone.train,
    hints=(
        "You have written all of its parts: what does one epoch need, and what does an epoch need "
        "that others have gone before?",
        "Shuffle anew each epoch, several epochs, Adam with a rate of a few thousandths; all that "
        "is random (order, dropout, augmentation) hangs on the seed.",
        "torch.manual_seed(seed); make_loader(images, labels, 64, shuffle=True, seed=seed); an "
        "optimizer; model.train(); for each epoch, for each batch: train_step.",
    ),
    cases=(
        Case("reads digits", _exam, probes.trained_reader, _reads_enough,
             points=4, expect=_labels_and_data, limit=120),
        Case("repeats with its seed", lambda d: _little(d, dropout=0.0), probes.trained_twice,
             by_facts(_repeats), expect=judged_by, care=True, limit=60),
        Case("repeats with its seed, with dropout", lambda d: _little(d, dropout=0.3),
             probes.trained_twice, by_facts(_repeats), expect=judged_by, care=True, limit=60),
        Case("images and labels stay as they were", _little, probes.images_after_training,
             expect=_images_and_labels, care=True, limit=60),
    ),
    misconceptions=(
        Misconception("another-network-trained", "The network that was handed in is as it was, and "
                      "no other one came back.", mistakes.trains_a_copy,
                      next="hand model.parameters() to the optimizer, and call model itself.",
                      symptom=mistakes.never_changed),
        Misconception("blew-up", "The weights are no longer numbers: the training blew up.",
                      mistakes.blows_up, next="take a learning rate ten times smaller.",
                      symptom=mistakes.has_blown_up),
        Misconception("images-changed", "It changes the images that it is given, in place.",
                      mistakes.normalises_in_place, symptom=mistakes.has_changed_images,
                      next="sub_, div_, += and the like change the tensor itself: make a new one."),
        Misconception("normalised-outside", "It trains on normalised images, but the network will "
                      "be given images in [0, 1].", mistakes.normalises_outside,
                      next="let the network normalise by itself, or leave it to its batch norm.",
                      symptom=mistakes.reads_only_normalised),
        Misconception("hardly-learned", "It does not even read the images that it was trained on: "
                      "the training was too short, or its steps were too small.",
                      mistakes.one_step, next="print the loss of every epoch: does it still fall?",
                      symptom=mistakes.has_hardly_learned),
        Misconception("seed-ignored", "Not all that is random in it hangs on the seed.",
                      mistakes.ignores_the_seed, symptom=mistakes.does_not_repeat,
                      next="order, dropout and augmentation: which of them has its own luck?"),
    ),
)  # fmt: skip

# ---- diagnosis ---------------------------------------------------------------------------------


def _right_ones(least: int) -> Any:
    def judge(expected: Any, got: Any) -> str | None:
        if not isinstance(got, dict) or set(got) != set(expected):
            return f"a dict with the keys {sorted(expected)} was expected"
        strange = [code for code in got.values() if code not in capstone.CODES]
        if strange:
            return f"{strange[0]!r} is none of the eight codes"
        right = sum(got[number] == code for number, code in expected.items())
        return None if right >= least else f"{right} of the five runs are named rightly"

    return judge


def _called(name: str, least: int, points: int) -> Case:
    return Case(name, lambda _: arguments(), judge=_right_ones(least), points=points)


def _named(**others: str) -> Any:
    swapped = {int(run.removeprefix("run_")): code for run, code in others.items()}
    return lambda: {**capstone.diagnosis(), **swapped}


diagnosis = Exercise(
    name="diagnosis",
    asks="Name what was wrong with each of the five runs.",
    difficulty="easy",
    reference=capstone.diagnosis,
    hints=(
        "Go through what you changed in each run, and say in one sentence what the change does.",
        "Two codes fit a wild loss, two fit a validation that cannot be trusted: ask what would "
        "have mended each, and whether that is what you did.",
        'return {1: "...", 2: "...", 3: "...", 4: "...", 5: "..."}, each one of the eight codes.',
    ),
    cases=(
        _called("three of five", 3, 2), _called("four of five", 4, 1), _called("all five", 5, 2),
    ),
    misconceptions=(
        Misconception("counted-from-zero", "The runs are numbered from 1.",
                      lambda: {n - 1: code for n, code in capstone.diagnosis().items()}),
        Misconception("run-1-rate", "In run 1 a smaller rate would only have hidden the fault.",
                      _named(run_1="learning-rate-too-high"),
                      next="which line did you add to run 1, or move?"),
        Misconception("run-3-figures", "In run 3 the images are normalised rightly: not at all.",
                      _named(run_3="wrong-normalisation"),
                      next="what made the loss of run 3 differ while nothing was learned?"),
        Misconception("run-4-rate", "In run 4 no rate would have brought the loss below its floor.",
                      _named(run_4="learning-rate-too-high"),
                      next="what did cross_entropy get in run 4?"),
        Misconception("runs-2-and-5-swapped", "Runs 2 and 5 are the other way round: both make new "
                      "pictures, but one spoils what they mean, and one where they go.",
                      _named(run_2="validation-leak", run_5="augmentation-breaks-labels"),
                      next="what did you change in each of them?"),
        Misconception("run-5-order", "In run 5 the order of the pictures did no harm.",
                      _named(run_5="not-shuffled"), next="which pictures did you keep apart?"),
    ),
)  # fmt: skip

EXERCISES = (build_model, train, *RUNS, diagnosis)
