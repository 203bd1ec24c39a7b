"""The states of a verdict, partial credit, and what is said; each on answers to `conv2d`."""

import time

import pytest
import torch
from torch.nn import functional as F

import mnist_course
from autograder.exercise import Case, Exercise
from autograder.exercises import all_exercises
from autograder.grading import grade
from autograder.probes import arguments
from autograder.runner import InProcess
from mnist_course import layers


def verdict_on(answer, name="conv2d", seed=1):
    namespace = {} if answer is None else {name: answer}
    return grade(all_exercises()[name], InProcess(namespace), seed)


def loops(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    x = F.pad(x, [padding] * 4)
    (_, _, h, w), (_, _, k, j) = x.shape, weight.shape
    if h < k or w < j:
        raise ValueError("kernel")
    rows = [
        torch.stack(
            [
                (x[:, None, :, i : i + k, c : c + j] * weight).sum((2, 3, 4))
                for c in range(0, w - j + 1, stride)
            ],
            dim=-1,
        )
        for i in range(0, h - k + 1, stride)
    ]
    out = torch.stack(rows, dim=-2)
    return out if bias is None else out + bias[:, None, None]


def test_a_right_answer_gets_all_points():
    verdict = verdict_on(loops)
    assert verdict.status == "correct" and verdict.score == verdict.max_score > 3
    assert verdict.misconception is None and verdict.message == ""
    assert verdict.where.startswith("test_grading.py, line ")


def test_what_is_not_there_is_missing():
    verdict = verdict_on(None)
    assert (verdict.status, verdict.score) == ("missing", 0)
    assert "no conv2d" in verdict.message


def test_a_stub_is_not_attempted():
    def conv2d(*_, **__):
        raise NotImplementedError

    verdict = verdict_on(conv2d)
    assert (verdict.status, verdict.score) == ("not_attempted", 0)
    assert {check.status for check in verdict.checks} == {"not_attempted"}


def test_one_that_calls_a_stub_says_which():
    def helper(_):
        raise NotImplementedError

    def conv2d(x, *_, **__):
        return helper(x)

    verdict = verdict_on(conv2d)
    assert (verdict.status, verdict.score) == ("error", 0)
    assert "It calls helper, which is not written yet." in verdict.message


def test_what_raises_is_named_with_the_line():
    def conv2d(x, weight, **_):
        return x.no_such_thing

    verdict = verdict_on(conv2d)
    assert (verdict.status, verdict.score) == ("error", 0)
    assert "AttributeError" in verdict.message
    assert "test_grading.py: return x.no_such_thing" in verdict.message


@pytest.mark.parametrize("stop", [SystemExit, RecursionError, MemoryError])
def test_what_exits_or_overflows_ends_no_grading(stop):
    def conv2d(*_, **__):
        raise stop

    assert verdict_on(conv2d).status == "error"


def short(exercise, limit):
    cases = tuple(
        Case(case.name, case.draw, case.probe, case.judge, case.points, case.care, limit=limit)
        for case in exercise.cases
    )
    return Exercise(**{**vars(exercise), "cases": cases})


def test_an_endless_loop_is_stopped_once():
    def conv2d(*_, **__):
        while True:
            try:
                time.process_time()
            except Exception:
                continue

    exercise = short(all_exercises()["conv2d"], 0.2)
    before = time.process_time()
    verdict = grade(exercise, InProcess({"conv2d": conv2d}), 1)
    assert verdict.status == "timeout" and verdict.score == 0
    assert time.process_time() - before < 0.2 * len(exercise.cases)


def test_one_that_sleeps_is_stopped_too():
    def conv2d(*_, **__):
        time.sleep(60)

    exercise = short(all_exercises()["conv2d"], 0.02)
    assert grade(exercise, InProcess({"conv2d": conv2d}), 1).status == "timeout"


def test_a_misconception_is_named_with_what_to_do():
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        return loops(x, weight.flip(2, 3), bias, stride, padding)

    verdict = verdict_on(conv2d)
    assert verdict.misconception == "kernel-flipped"
    assert "flipped kernel" in verdict.message and "Next: " in verdict.message
    assert "Tried one channel, no bias: conv2d(x (1, 1, 5, 5)" in verdict.message


def test_zeros_of_the_right_shape_earn_nothing():
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        return loops(x, weight, bias, stride, padding) * 0

    verdict = verdict_on(conv2d)
    assert (verdict.status, verdict.score) == ("wrong", 0)


def test_raising_always_earns_nothing_for_refusals():
    def conv2d(*_, **__):
        raise ValueError

    verdict = verdict_on(conv2d)
    assert verdict.score == 0
    refusals = [check for check in verdict.checks if check.name.startswith("refuses")]
    assert refusals and all("not counted" in check.message for check in refusals)


def test_a_part_earns_a_part():
    def conv2d(x, weight, bias=None, stride=1, padding=0):
        return loops(x, weight, bias, stride, 0)

    verdict = verdict_on(conv2d)
    assert verdict.status == "partly" and 0 < verdict.score < verdict.max_score
    assert sum(check.score for check in verdict.checks) == verdict.score


@pytest.mark.parametrize(
    "answer",
    [
        F.conv2d,
        mnist_course.conv2d,
        lambda *a, **k: F.conv2d(*a, **k),
        lambda *a, **k: getattr(torch, "conv" + "2d")(*a, **k),
        lambda *a, **k: layers.conv2d(*a, **k),
    ],
)
def test_what_may_not_be_used_earns_nothing(answer):
    verdict = verdict_on(answer)
    assert (verdict.status, verdict.score, verdict.misconception) == ("wrong", 0, "forbidden")
    assert "conv2d, which it may not" in verdict.message and "F.unfold" in verdict.message


@pytest.mark.parametrize("nonsense", [None, "text", float("nan"), object(), [], {}])
def test_nonsense_is_wrong_and_never_a_pass(nonsense):
    verdict = verdict_on(lambda *_, **__: nonsense)
    assert verdict.score == 0 and verdict.status in ("wrong", "error")


def test_nan_is_not_a_number():
    verdict = verdict_on(lambda *a, **k: loops(*a, **k) * float("nan"))
    assert verdict.score == 0


def test_an_exercise_without_checks_is_an_error():
    empty = Exercise("none", "Nothing.", "easy", ("", "", ""), None, (), ())
    with pytest.raises(ValueError, match="no checks"):
        grade(empty, InProcess({}), 1)


def test_a_reference_that_fails_is_our_fault_and_never_a_pass():
    case = Case("any", lambda draw: arguments(draw.normal(2)))
    broken = Exercise("f", "Do.", "easy", ("", "", ""), lambda _: 1 / 0, (case,), ())
    with pytest.raises(RuntimeError, match="the reference of f"):
        grade(broken, InProcess({"f": lambda x: x}), 1)


def test_the_same_seed_gives_the_same_verdict_and_another_other_inputs():
    seen = []

    def conv2d(x, *_, **__):
        seen.append(x.clone())
        return x

    first, again, other = (verdict_on(conv2d, seed=seed) for seed in (5, 5, 6))
    a, b, c = (seen[i * len(seen) // 3] for i in range(3))
    assert first == again and torch.equal(a, b) and not torch.equal(a, c)
    assert first.score == other.score


def test_a_warning_spoils_nothing():
    def conv2d(*a, **k):
        import warnings

        warnings.warn("harmless", stacklevel=1)
        return loops(*a, **k)

    assert verdict_on(conv2d).status == "correct"


def test_random_numbers_of_others_do_not_move():
    torch.manual_seed(3)
    verdict_on(loops)
    after = torch.rand(1)
    torch.manual_seed(3)
    assert torch.equal(after, torch.rand(1))


def test_os_exit_ends_nothing():
    import os

    leave = os._exit

    def conv2d(*_, **__):
        os._exit(0)

    assert verdict_on(conv2d).status == "error" and os._exit is leave


def test_next_says_what_to_do_where_no_mistake_is_known():
    def unrefusing(x, weight, bias=None, stride=1, padding=0):
        return loops(x.expand(-1, weight.shape[1], -1, -1), weight, bias, stride, padding)

    def raising(*_, **__):
        return 1 / 0

    assert "the values are right" in verdict_on(unrefusing).message
    assert "Next: mend the line that is named." in verdict_on(raising).message


def test_answers_run_on_one_thread_and_the_number_is_given_back():
    seen = []

    def conv2d(*_, **__):
        seen.append(torch.get_num_threads())

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    verdict_on(conv2d)
    assert set(seen) == {1} and torch.get_num_threads() == 2
    torch.set_num_threads(before)


def test_numbers_that_are_infinite_are_judged_without_a_warning():
    from autograder.exercises.conv_layers.chance import _spreads_alike

    twins = [torch.full((100,), float("inf"))] * 2
    assert "nan came" in _spreads_alike({"_unit": 1.0}, twins)
