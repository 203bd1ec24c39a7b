"""Lesson 6, the last exercise: a network that does not mind a shift, a turn or another size."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from autograder import exams
from autograder.compare import numbers
from autograder.draw import Draw
from autograder.exercise import Case, Exercise, Misconception
from autograder.exercises.augmentation import mistakes
from autograder.probes import Inputs
from autograder.probes import augmentation as probes
from mnist_course import augmentation

MOVED = (1, 35, (0.7, 1.1))  # shifts (on MNIST two pixels more: `exams.DISGUISE`), degrees, scales
WEAKEST, WEAK = 0.50, 0.65  # what a small network must read; below the second it is weak
LARGEST_FALL, OF_THE_WEAK = 0.21, 0.27  # what it may lose where pictures are moved
SURE = 1.0  # the cross-entropy that training must come below; a softmax too many stays above 1.46
READS = "reads shifted, turned and scaled digits"


def _exam(draw: Draw) -> Inputs:
    exam = exams.exam(draw)
    generator = torch.Generator().manual_seed(draw.seed())
    seen = torch.from_numpy(draw.rng.permutation(len(exam["train_images"]))[:1500])
    looks = {"exam": exam.pop("images"), "seen": exam["train_images"][seen]}
    looks["moved"] = augmentation.random_affine(looks["seen"], *MOVED, generator)
    looks["exam"] = augmentation.random_affine(looks["exam"], *MOVED, generator)
    looks["normalised"] = (looks["seen"] - looks["seen"].mean()) / looks["seen"].std()
    share = exams.MINIMUM["train_robust_cnn", draw.data]
    more = {"labels": exam["train_labels"][seen], "_share": share, "seed": draw.seed()}
    return {**exam, "looks": looks, **more}


def _expected(inputs: Inputs) -> Mapping[str, Any]:
    return {"exam": inputs["_labels"], "seen": inputs["labels"], "share": inputs["_share"]}


def _judge(expected: Mapping[str, Any], got: Any) -> str | None:
    """Judge what it reads, and that its outputs are logits."""
    reads_enough = exams.reads_at_least(expected["share"])(expected["exam"], got["exam"])
    if reads_enough and not _robust(expected, got):
        return reads_enough
    return _unsure(expected["seen"], got["seen"])


def _robust(expected: Mapping[str, Any], got: Any) -> bool:
    """Tell whether a small network reads moved digits nearly as well as others."""
    still, moved = (_share(expected["seen"], got[look]) for look in ("seen", "moved"))
    reads = _share(expected["exam"], got["exam"])
    largest = OF_THE_WEAK if reads < WEAK else LARGEST_FALL
    return reads >= WEAKEST and still - moved <= largest


def _share(labels: Tensor, logits: Any) -> float:
    return float((torch.as_tensor(numbers(logits)).argmax(dim=1) == labels).float().mean())


def _unsure(labels: Tensor, logits: Any) -> str | None:
    loss = F.cross_entropy(torch.as_tensor(numbers(logits)), labels).item()
    few = f"its cross-entropy on images it was trained with is {loss:.2f}, and should be below"
    return None if loss < SURE else f"{few} {SURE:g}"


def _reads(seen: Mapping[str, Any], look: str) -> float:
    value = seen[READS]
    return float((value[look].argmax(dim=1) == value["labels"]).float().mean())


def _adds_up(seen: Mapping[str, Any]) -> bool:
    outputs = seen[READS]["seen"]
    return bool((outputs >= 0).all() and ((outputs.sum(dim=1) - 1).abs() < 1e-3).all())


train_robust_cnn = Exercise(
    name="train_robust_cnn",
    asks="Train a network that reads shifted, turned and scaled digits.",
    difficulty="hard",
    reference=augmentation.train_robust_cnn,
    hints=(
        "A network learns what it sees. Which pictures would you show it?",
        "Distort every batch anew, a little more than it must bear; leave the images that watch it "
        "as they are. Then train longer than before: each epoch is new to it.",
        "Batches(images, labels, 64, shuffle=True, seed=seed, augment=distort) serves distorted "
        "batches; give it to fit with a DigitCNN, about a thousand steps at lr=2e-3.",
    ),
    cases=(
        Case(READS, _exam, probe=probes.trained, judge=_judge, points=6, expect=_expected,
             limit=180),
    ),
    misconceptions=(
        Misconception(
            "softmax-in-the-network", "The network ends in a softmax, and the loss takes one more: "
            "it can never be sure of anything.", mistakes.robust_softmax,
            next="return logits.", symptom=_adds_up,
        ),
        Misconception(
            "normalised-outside", "It reads images that were normalised before, but not those in "
            "[0, 1]: what is done to the images in training must be done in the network.",
            mistakes.robust_normalised, next="normalise in the network, or not at all.",
            symptom=lambda s: _reads(s, "normalised") > _reads(s, "seen") + 0.15,
        ),
        Misconception(
            "learned-nothing", "It reads its own training images no better than a guess.",
            mistakes.robust_shuffled,
            next="do images and labels belong together? Do the weights move? Does it convolve?",
            symptom=lambda s: _reads(s, "seen") < 0.35,
        ),
        Misconception(
            "underfitted", "It does not even read the images that it was trained with: too few "
            "steps, a network too simple, or distortions that nobody could read.",
            mistakes.robust_mlp, next="look at a distorted batch, then train longer.",
            symptom=lambda s: _reads(s, "seen") < 0.88,
        ),
        Misconception(
            "not-augmented", "It reads its training images as they are, but no longer when they "
            "are moved: it was trained on pictures that stand still.", mistakes.robust_unmoved,
            next="distort each batch by random_affine.",
            symptom=lambda s: _reads(s, "moved") < _reads(s, "seen") - 0.1,
        ),
    ),
)  # fmt: skip
