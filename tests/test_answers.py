"""Every right answer gets all points, every wrong one fails with the diagnosis that it asks for."""

import pytest

from autograder.exercises import LESSONS, all_exercises, exercises_of
from autograder.mutants import mutants
from autograder.proof import (
    LONG,
    ROOT,
    answers,
    equivalents,
    fault_of_mistake,
    fault_of_right,
    fault_of_wrong,
    solution,
    too_few,
)
from autograder.syllabus import asked_for

EXERCISES = all_exercises()
SEED = 7  # `make prove` takes others


def files(kind):
    return [
        pytest.param(exercise, path, id=f"{exercise.name}-{path.stem}")
        for exercise in EXERCISES.values()
        for path in sorted(answers(exercise).glob(f"{kind}_*.py"))
    ]


def each_exercise():
    return [pytest.param(exercise, id=name) for name, exercise in EXERCISES.items()]


@pytest.mark.parametrize(("exercise", "path"), files("right"))
def test_right_answers_get_all_points(exercise, path):
    assert not fault_of_right(exercise, path, SEED)


@pytest.mark.parametrize(("exercise", "path"), files("wrong"))
def test_wrong_answers_fail_as_diagnosed(exercise, path):
    assert not fault_of_wrong(exercise, path, SEED)


@pytest.mark.parametrize(
    ("exercise", "misconception"),
    [
        pytest.param(exercise, one, id=f"{exercise.name}-{one.code}")
        for exercise in EXERCISES.values()
        for one in exercise.misconceptions
    ],
)
def test_every_misconception_is_diagnosed(exercise, misconception):
    assert not fault_of_mistake(exercise, misconception, SEED)


@pytest.mark.parametrize("exercise", each_exercise())
def test_there_are_enough_of_them(exercise):
    assert not list(too_few(exercise))


def test_no_answers_without_an_exercise():
    folders = {path.name for path in (ROOT / "tests" / "answers").iterdir() if path.is_dir()}
    assert folders == {answers(exercise).name for exercise in EXERCISES.values()}


@pytest.mark.parametrize("exercise", each_exercise())
def test_an_exercise_is_complete(exercise):
    assert exercise.asks.endswith(".") and 5 <= exercise.minutes <= 15
    assert asked_for()[exercise.name].points == exercise.points  # said without looking at checks
    assert len(exercise.hints) == 3 and all(len(hint) > 20 for hint in exercise.hints)
    trains = any(case.limit >= LONG for case in exercise.cases)  # once, for one look at it all
    assert len({case.name for case in exercise.cases}) == len(exercise.cases)
    assert len(exercise.cases) >= (1 if trains else 3)
    codes = [one.code for one in exercise.misconceptions]
    assert len(set(codes)) == len(codes)
    assert all(code == code.lower() and " " not in code for code in codes)
    assert all(one.sentence.endswith((".", "?")) for one in exercise.misconceptions)
    assert any(not case.care for case in exercise.cases)
    if exercise.forbidden:
        assert exercise.instead.endswith(".")


def test_the_syllabus_is_complete():
    assert {lesson: [e.name for e in exercises_of(lesson)] for lesson in LESSONS} == {
        "01_data": [
            "read_idx", "to_tensors", "channel_stats", "normalize", "train_val_split",
            "make_loader",
        ],
        "02_visualization": [
            "tile", "show_digits", "class_counts", "plot_class_counts", "mean_digits",
            "nearest_mean",
        ],
        "03_conv_layers": [
            "conv_output_size", "conv2d", "max_pool2d", "relu", "dropout", "Conv2d",
            "count_parameters", "DigitCNN",
        ],
        "04_training": [
            "cross_entropy", "SGD", "Adam", "train_step", "fit", "train_digit_cnn",
        ],
        "05_evaluation": [
            "accuracy", "evaluate", "confusion_matrix", "precision_recall",
            "predict_probabilities", "hardest_mistakes", "prepare_photo",
        ],
        "06_augmentation": [
            "shift", "rotate", "random_affine", "batch_norm", "learning_rate_sweep",
            "train_robust_cnn",
        ],
        "07_capstone": [
            "build_model", "train", "hunt_1", "hunt_2", "hunt_3", "hunt_4", "hunt_5", "diagnosis",
        ],
    }  # fmt: skip


@pytest.mark.parametrize("exercise", each_exercise())
def test_every_equivalent_mutant_exists_and_is_explained(exercise):
    known = equivalents(exercise)
    assert set(known) <= {mutant.label for mutant in mutants(solution(exercise))}
    assert all(len(why.split()) >= 3 for why in known.values())
