"""The figures of one lesson, as plain data: points, pass rates, mistakes, discrimination."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from autograder.class_report.reading import Entry
from autograder.exercise import Status
from autograder.grading import FORBIDDEN

STATUSES: tuple[str, ...] = get_args(Status)
UNTRIED = ("missing", "not_attempted")
LEAST = 10  # learners: of fewer, a correlation says nothing
MOST_ROWS, GROUPS = 60, 10  # learners in a heat map; above that, groups of them


def exercises_in(entries: Sequence[Entry]) -> list[str]:
    """Return the exercises that reports speak of, in the lesson's order."""
    return list(dict.fromkeys(name for entry in entries for name in entry.exercises))


def _each(entries: Sequence[Entry], name: str) -> list[dict[str, Any]]:
    return [entry.exercises[name] for entry in entries if name in entry.exercises]


# ---- points --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A line of the heat map: a learner, or a group of them."""

    label: str
    count: int
    shares: list[float | None]  # of the points, by exercise; None where nobody attempted it
    total: float  # points
    highest: float  # of the group


def heat(entries: Sequence[Entry]) -> list[Row]:
    """Return a row a learner, most points first; of many learners, a row for each tenth."""
    ranked = sorted(entries, key=lambda entry: (-entry.score, entry.who))
    names = exercises_in(entries)
    if len(ranked) <= MOST_ROWS:
        return [_row(entry.who, [entry], names) for entry in ranked]
    ends = [round(len(ranked) * part / GROUPS) for part in range(GROUPS + 1)]
    groups = [ranked[ends[at] : ends[at + 1]] for at in range(GROUPS)]
    return [_row(f"{at + 1}. tenth", group, names) for at, group in enumerate(groups)]


def _row(label: str, group: Sequence[Entry], names: Sequence[str]) -> Row:
    shares = [None if _untried(group, name) else share_of_points(group, name) for name in names]
    scores = [entry.score for entry in group]
    return Row(label, len(group), shares, statistics.fmean(scores), max(scores))


def _untried(group: Sequence[Entry], name: str) -> bool:
    return all(one["status"] in UNTRIED for one in _each(group, name))


def share_of_points(entries: Sequence[Entry], name: str) -> float | None:
    """Return the mean share of an exercise's points, 0 to 1."""
    found = [_share(one["score"], one["max_score"]) for one in _each(entries, name)]
    return statistics.fmean(found) if found else None


def _share(points: float, most: float) -> float:
    """Return a share of the points; where there are none, nobody has any."""
    return points / most if most else 0.0


def percents(entries: Sequence[Entry]) -> list[float]:
    """Return what each learner has of the points, in percent."""
    most = {id(e): sum(one["max_score"] for one in e.exercises.values()) for e in entries}
    return [100 * entry.score / most[id(entry)] for entry in entries if most[id(entry)]]


def histogram(values: Sequence[float], edges: Sequence[float]) -> list[int]:
    """Count the values between each two edges; the last edge belongs to the last bin."""
    counts = [0] * (len(edges) - 1)
    for value in values:
        inside = [at for at in range(len(counts)) if edges[at] <= value]
        if inside and value <= edges[-1]:
            counts[inside[-1]] += 1
    return counts


# ---- pass rates and mistakes ---------------------------------------------------------------------


@dataclass(frozen=True)
class Rate:
    """How an exercise went."""

    exercise: str
    counts: dict[str, int]  # by status, in the order of STATUSES
    share: float  # of its points, on average

    @property
    def learners(self) -> int:
        """Return of how many a report speaks of it."""
        return sum(self.counts.values())


def rates(entries: Sequence[Entry]) -> list[Rate]:
    """Return how each exercise went."""
    return [_rate(entries, name) for name in exercises_in(entries)]


def _rate(entries: Sequence[Entry], name: str) -> Rate:
    found = Counter(one["status"] for one in _each(entries, name))
    counts = {status: found[status] for status in STATUSES if found[status]}
    return Rate(name, counts, share_of_points(entries, name) or 0.0)


@dataclass(frozen=True)
class Mistake:
    """A mistake that was made in an exercise, and by how many of those who attempted it."""

    exercise: str
    code: str | None  # None: it is wrong, and no known mistake fits
    count: int
    attempted: int

    @property
    def share(self) -> float:
        """Return the share of those who attempted it."""
        return self.count / self.attempted


def mistakes(entries: Sequence[Entry]) -> list[Mistake]:
    """Return all mistakes, the most frequent first; those without a name last."""
    found = []
    for name in exercises_in(entries):
        tried = [one for one in _each(entries, name) if one["status"] not in UNTRIED]
        codes = Counter(one["misconception"] for one in tried if one["status"] != "correct")
        found += [Mistake(name, code, count, len(tried)) for code, count in codes.items()]
    return sorted(found, key=lambda m: (m.code is None, -m.share, m.exercise, m.code or ""))


def meaning(lesson: str, mistake: Mistake) -> str:
    """Return what a mistake is, in the exercise's own words; a report may be older than these."""
    if mistake.code is None:
        return "Wrong, an error, or out of time; no known mistake fits."
    if mistake.code == FORBIDDEN:
        return "It uses a function that the exercise asks learners to write."
    return _sentences(lesson).get((mistake.exercise, mistake.code), "Not known to this course.")


def _sentences(lesson: str) -> dict[tuple[str, str], str]:
    from autograder.exercises import exercises_of

    try:
        known = exercises_of(lesson)
    except KeyError:
        return {}
    return {(one.name, m.code): m.sentence for one in known for m in one.misconceptions}


# ---- discrimination ------------------------------------------------------------------------------


_Part = tuple[Entry, dict[str, Any]]  # an exercise of a learner's, or a check


@dataclass(frozen=True)
class Item:
    """An exercise, or one of its checks: who passes it, has that one more points elsewhere?"""

    exercise: str
    check: str  # "" for the exercise as a whole
    share: float  # of its points, on average
    learners: int
    correlation: float | None
    why: str = ""  # there is no correlation


def discrimination(entries: Sequence[Entry]) -> list[Item]:
    """Return an item for each exercise, and after it one for each of its checks."""
    items = []
    for name in exercises_in(entries):
        whole = [(one, one.exercises[name]) for one in entries if name in one.exercises]
        parts: dict[str, list[_Part]] = {}
        for entry, exercise in whole:
            for check in exercise["checks"]:
                parts.setdefault(check["name"], []).append((entry, check))
        items.append(_item(whole, name, ""))
        items += [_item(part, name, check) for check, part in parts.items()]
    return items


def _item(parts: Sequence[_Part], name: str, check: str) -> Item:
    """Correlate its points with those of the rest: with the total, it would agree with itself."""
    points = [part["score"] for _, part in parts]
    rest = [entry.score - part["score"] for entry, part in parts]
    share = _share(sum(points), sum(part["max_score"] for _, part in parts))
    return Item(name, check, share, len(parts), *item_rest(points, rest))


def item_rest(points: Sequence[float], rest: Sequence[float]) -> tuple[float | None, str]:
    """Return the correlation, or why there is none."""
    if len(points) < LEAST:
        return None, f"fewer than {LEAST} learners"
    if len(set(points)) == 1:
        return None, "the same for all"
    if len(set(rest)) == 1:
        return None, "the rest is the same for all"
    return statistics.correlation(points, rest), ""
