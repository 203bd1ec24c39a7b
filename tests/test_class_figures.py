"""The figures of a class report, against cases that were worked by hand."""

import math
import statistics

import pytest
from report_class import LESSON, classroom, entry, exercise, listed, many, report

from autograder.class_report import times
from autograder.class_report.attention import (
    BEGUN,
    CONFLICT,
    CRASHED,
    FAILED,
    FAILED_CELL,
    OTHER,
    SLOW,
    TWICE,
    UNLOADED,
    WAITING,
    notes,
)
from autograder.class_report.figures import (
    MOST_ROWS,
    Mistake,
    discrimination,
    heat,
    histogram,
    item_rest,
    meaning,
    mistakes,
    percents,
    rates,
    share_of_points,
)
from autograder.class_report.reading import Entry


def conv(*passed, failed=(), **more):
    return exercise("conv2d", passed, failed, **more)


def class_of(count, seed=1):
    return [Entry(one.learner, one, said) for one, said in zip(*many(count, seed), strict=True)]


# ---- points --------------------------------------------------------------------------------------


def test_each_learner_is_a_row_with_most_points_first() -> None:
    relu = exercise("relu", (), ("a",), "not_attempted")
    some = [
        entry("b", conv("a", failed="bcd"), relu), entry("a", conv("a", failed="bcd"), relu),
        entry("c", conv(*"abcd"), exercise("relu", (), ("a",))),
    ]  # fmt: skip
    rows = heat(some)
    assert [(row.label, row.total, row.shares) for row in rows] == [
        ("c", 8, [1.0, 0.0]), ("a", 2, [0.25, None]), ("b", 2, [0.25, None]),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [MOST_ROWS + 1, 123, 500])
def test_many_learners_are_ten_groups_of_nearly_one_size(count: int) -> None:
    some = class_of(count)
    rows = heat(some)
    counts = [row.count for row in rows]
    assert len(rows) == 10 and sum(counts) == count and max(counts) - min(counts) <= 1
    assert [row.total for row in rows] == sorted((row.total for row in rows), reverse=True)
    first = sorted((one.score for one in some), reverse=True)[: counts[0]]
    assert rows[0].total == statistics.fmean(first) and rows[0].highest == max(first)


def test_percents_and_shares_are_of_the_points() -> None:
    some = [entry("a", conv("a", failed="bcd")), entry("b", conv(*"abcd")), entry("c")]
    assert percents(some) == [25.0, 100.0]
    assert share_of_points(some, "conv2d") == 0.625 and share_of_points(some, "relu") is None


def test_a_histogram_counts_each_value_once() -> None:
    assert histogram([0, 9.9, 10, 20, 20.1, -1], [0, 10, 20]) == [2, 2]


# ---- pass rates and mistakes ---------------------------------------------------------------------


def a_class_that_flips():
    """Of ten, two never began; of eight, three flip the kernel, one is wrong in another way."""
    flipped = [conv(failed="ab", code="kernel-flipped") for _ in range(3)]
    other = [conv(failed="ab"), conv("a", "b"), conv("a", "b"), conv("a", "b"), conv("a", "b")]
    untried = [conv(failed="ab", status=status) for status in ("missing", "not_attempted")]
    return [entry(f"s{n}", one) for n, one in enumerate([*flipped, *other, *untried])]


def test_rates_count_every_status_in_order() -> None:
    (rate,) = rates(a_class_that_flips())
    assert list(rate.counts.items()) == [
        ("correct", 4), ("wrong", 4), ("missing", 1), ("not_attempted", 1),
    ]  # fmt: skip
    assert (rate.learners, rate.share) == (10, 0.4)


def test_mistakes_are_counted_among_those_who_attempted() -> None:
    named, unnamed = mistakes(a_class_that_flips())
    assert named == Mistake("conv2d", "kernel-flipped", 3, 8) and named.share == 0.375
    assert unnamed == Mistake("conv2d", None, 1, 8)
    assert "flipped kernel" in meaning(LESSON, named)
    assert meaning(LESSON, unnamed) == "Wrong, an error, or out of time; no known mistake fits."


@pytest.mark.parametrize(
    ("lesson", "name", "code"),
    [(LESSON, "conv2d", "of-last-year"), (LESSON, "of_last_year", "x"), ("09_gone", "f", "x")],
)
def test_a_mistake_that_this_course_does_not_know_is_told(lesson, name, code) -> None:
    assert meaning(lesson, Mistake(name, code, 1, 2)) == "Not known to this course."


def test_what_may_not_be_used_is_a_mistake_with_a_meaning() -> None:
    assert "asks learners to write" in meaning(LESSON, Mistake("conv2d", "forbidden", 1, 2))


# ---- discrimination ------------------------------------------------------------------------------


def items_of(passes, rest, points=2):
    """Return the items of a class in which `passes` is one check, and the rest another exercise."""
    some = [
        entry(
            f"s{n:02}",
            conv(*("a" if good else ""), failed="" if good else "a", points=points),
            exercise("relu", [f"{i}" for i in range(other)], [f"{i}" for i in range(other, 5)]),
        )
        for n, (good, other) in enumerate(zip(passes, rest, strict=True))
    ]
    return {(item.exercise, item.check): item for item in discrimination(some)}


def test_correlation_of_a_check_is_that_of_the_definition() -> None:
    passes, rest = [0, 0, 0, 0, 1, 0, 1, 1, 1, 1], [0, 1, 1, 2, 2, 3, 3, 4, 5, 5]
    # Point-biserial by hand: (mean of those who pass less that of the others) / deviation times
    # the root of p q. Points of relu are twice its checks: 7.6 and 2.8, deviation 3.3407, p = q.
    doubled = [2 * value for value in rest]
    expected = (7.6 - 2.8) / statistics.pstdev(doubled) * math.sqrt(0.5 * 0.5)
    item = items_of(passes, rest)["conv2d", "a"]
    assert item.correlation == pytest.approx(expected) and item.share == 0.5


def test_an_item_is_not_correlated_with_itself() -> None:
    """The rest is unrelated by construction: with the total, the correlation would be 0.9."""
    passes, rest = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], [0, 1, 2] * 4
    assert items_of(passes, rest, points=20)["conv2d", "a"].correlation == pytest.approx(0)


def test_what_weak_ones_pass_is_negative() -> None:
    passes, rest = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0], [0, 0, 1, 1, 2, 3, 3, 4, 5, 5]
    assert items_of(passes, rest)["conv2d", ""].correlation < -0.8


@pytest.mark.parametrize(
    ("passes", "rest", "why"),
    [
        ([1, 0] * 4 + [1], [0, 1, 2] * 3, "fewer than 10 learners"),
        ([1] * 10, [0, 1, 2, 3, 4] * 2, "the same for all"),
        ([0, 1] * 5, [3] * 10, "the rest is the same for all"),
    ],
)
def test_what_cannot_be_measured_is_said(passes, rest, why) -> None:
    assert items_of(passes, rest)["conv2d", "a"].why == why
    assert item_rest(passes, rest) == (None, why)


def test_a_check_that_only_some_reports_have_is_measured_on_those() -> None:
    old = [entry(f"old{n}", conv("a")) for n in range(4)]
    new = [entry(f"new{n}", conv("a", "b")) for n in range(3)]
    counts = {item.check: item.learners for item in discrimination(old + new)}
    assert counts == {"": 7, "a": 7, "b": 3}


# ---- time ----------------------------------------------------------------------------------------

DAY = 86400


def test_what_was_graded_once_is_counted_once() -> None:
    same = [entry(who, conv("a"), seconds=3.0, content="same") for who in "ab"]
    some = [*same, entry("c", conv("a"), seconds=0.2), entry("d", conv("a"), seconds=100.0)]
    bins = times.grading(some)
    assert dict(zip(bins.labels, bins.counts, strict=True)) == {
        "to 0.5 s": 1, "0.5 to 1 s": 0, "1 to 2 s": 0, "2 to 5 s": 1, "5 to 10 s": 0,
        "10 to 20 s": 0, "20 to 40 s": 0, "40 to 80 s": 0, "80 to 160 s": 1,
    }  # fmt: skip
    assert [one.who for one in times.slowest(some, 2)] == ["d", "a"]


def test_days_of_handing_in() -> None:
    some = [entry(f"s{n}", made=1.7e9 + n * DAY) for n in (0, 0, 2, 9)]
    bins = times.handed_in(some)
    assert bins and sum(bins.counts) == 4 and bins.counts[0] == 2 and bins.labels[0] == "14 Nov"


@pytest.mark.parametrize("made", [[], [0.0, 0.0], [1.7e9, 1.7e9 + 60], [-1e12, 1e300], [5e9, 6e9]])
def test_times_that_tell_nothing(made) -> None:
    assert times.handed_in([entry(f"s{n}", made=at) for n, at in enumerate(made)]) is None


def test_a_lie_about_the_year_makes_no_endless_plot() -> None:
    bins = times.handed_in([entry(f"s{n}", made=at) for n, at in enumerate([9.5e8, 1.7e9, 4e9])])
    assert bins and sum(bins.counts) == 3 and len(bins.counts) <= times.MOST_BINS


# ---- by hand -------------------------------------------------------------------------------------

ENDED = "It ended the whole process (SIGSEGV, a crash of the interpreter)."
WARNINGS = {
    f"The cell at line 3 of x.py failed. {ENDED}": CRASHED,
    "The cell at line 3 of x.py failed. It raised ValueError: Hana": FAILED_CELL,
    "x.py, line 9: a merge-conflict marker; keep one of the two versions.": CONFLICT,
    "x.py is not a notebook: it holds a merge conflict": CONFLICT,
    "conv2d is defined 2 times: the last one was graded (x.py, line 4).": TWICE,
    "x.py is not UTF-8 text (see line 1): save it as UTF-8": OTHER,
}


def test_what_to_look_at_and_why() -> None:
    some = classroom(
        Entry("failed", listed("failed", why="its worker died"), None),
        Entry("waits", listed("waits"), None),
        entry("slow", conv(failed="a", status="timeout")),
        entry("died", conv(failed="a", status="error", message=ENDED)),
        entry("lost", conv(failed="a", status="missing")),
        entry("idle", conv(failed="a", status="not_attempted")),
        entry("wrong", conv(failed="a")), entry("fine", conv("a")),
    )  # fmt: skip
    assert [(note.kind, note.who, note.detail) for note in notes(some)] == [
        (WAITING, "waits", ""), (FAILED, "failed", "its worker died"), (SLOW, "slow", "conv2d"),
        (CRASHED, "died", "conv2d"), (UNLOADED, "lost", ""), (BEGUN, "idle", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("warning", WARNINGS)
def test_warnings_have_a_kind_and_with_codes_no_text(warning) -> None:
    some = [entry("s", conv("a"), warnings=[warning])]
    (note,), (coded,) = notes(classroom(*some)), notes(classroom(*some, coded=True))
    assert (note.kind, note.detail) == (WARNINGS[warning], warning)
    assert (coded.kind, coded.detail) == (WARNINGS[warning], "")


def test_a_report_without_exercises_is_nobodys_fault() -> None:
    some = [entry("s")]
    assert (rates(some), mistakes(some), discrimination(some)) == ([], [], [])
    assert heat(some)[0].shares == [] and report()["score"] == 0
