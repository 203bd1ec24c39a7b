"""What a submission got before, beside what it gets now: exercise by exercise, check by check."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from autograder.batch.store import Listed
from autograder.syllabus import asked_for
from autograder.texts import one_line

Result = dict[str, Any]  # a report, or one exercise of it, as report.schema.json has them
Outcome = Literal["gain", "lose", "stay", "first", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("gain", "lose", "stay", "first", "failed")
TOLD = ("score", "max_score", "status", "misconception", "message")  # of an exercise
NOTHING: Result = {
    "score": 0, "max_score": 0, "status": "missing", "misconception": None, "message": "",
    "checks": [],
}  # fmt: skip
SHORT = 160  # characters of a message


@dataclass(frozen=True)
class Change:
    """An exercise of which a learner is told something else than before."""

    name: str
    before: Result
    after: Result

    @property
    def gain(self) -> int:
        """Return by how many points it is more; below zero it is less."""
        return int(self.after["score"] - self.before["score"])

    @property
    def timed(self) -> bool:
        """Tell whether time ran out, before or now: a busy machine may be the cause."""
        both = [one for told in (self.before, self.after) for one in (told, *told["checks"])]
        return any(one["status"] == "timeout" for one in both)

    @property
    def checks(self) -> list[tuple[str, str, str]]:
        """Return the checks that came to other points: name, before, after."""
        before, after = (_by_name(one["checks"]) for one in (self.before, self.after))
        pairs = ((name, _points(before, name), _points(after, name)) for name in before | after)
        return [(name, then, now) for name, then, now in pairs if then != now]


@dataclass(frozen=True)
class Pair:
    """A submission with the result that it had and the one that it gets."""

    listed: Listed
    before: Result | None
    after: Result | None
    why: str = ""  # there is no result now

    @property
    def gain(self) -> int:
        """Return the points that it gains, all exercises together."""
        return sum(change.gain for change in self.changes)

    @property
    def outcome(self) -> Outcome:
        """Return what becomes of its points."""
        if self.after is None or self.before is None:
            return "failed" if self.after is None else "first"
        return "gain" if self.gain > 0 else "lose" if self.gain < 0 else "stay"

    @cached_property
    def changes(self) -> list[Change]:
        """Return the exercises of which something else is told; none where there is no result."""
        if self.before is None or self.after is None:
            return []
        before, after = (_by_name(one["exercises"]) for one in (self.before, self.after))
        both = ((n, before.get(n, NOTHING), after.get(n, NOTHING)) for n in before | after)
        return [Change(*one) for one in both if any(one[1][t] != one[2][t] for t in TOLD)]

    @property
    def moved(self) -> list[Change]:
        """Return the exercises that come to other points: a sum may hide them."""
        return [change for change in self.changes if change.gain]

    @property
    def differs(self) -> bool:
        """Tell whether anything is to be saved."""
        return bool(self.changes) or self.outcome == "first"


@dataclass
class Tally:
    """What becomes of one exercise, over all who handed it in."""

    lesson: str
    name: str
    gain: int = 0  # learners
    lose: int = 0
    points: int = 0
    told: int = 0  # learners who are told something else for the same points
    maxima: tuple[int, int] = (0, 0)  # of the points, before and after

    def add(self, change: Change) -> None:
        """Count one learner."""
        self.gain += change.gain > 0
        self.lose += change.gain < 0
        self.told += change.gain == 0
        self.points += change.gain
        self.maxima = change.before["max_score"], change.after["max_score"]


def by_exercise(pairs: Iterable[Pair]) -> list[Tally]:
    """Return the exercises in which something changes, in the order of the course."""
    tallies: dict[tuple[str, str], Tally] = {}
    for pair in pairs:
        for change in pair.changes:
            key = pair.listed.lesson, change.name
            tallies.setdefault(key, Tally(*key)).add(change)
    course = list(asked_for())
    return sorted(tallies.values(), key=lambda t: course.index(t.name) if t.name in course else -1)


def counts(pairs: Sequence[Pair]) -> dict[Outcome, int]:
    """Return how many gain, lose, stay, have a result for the first time, or none."""
    found = [pair.outcome for pair in pairs]
    return {outcome: found.count(outcome) for outcome in OUTCOMES}


def note(pairs: Iterable[Pair]) -> Iterator[tuple[str, str, str, int, int]]:
    """Return whose points change: learner, lesson, exercise, before, after."""
    for pair in pairs:
        for change in pair.moved:
            scores = change.before["score"], change.after["score"]
            yield pair.listed.learner, pair.listed.lesson, change.name, *scores


def in_short(verdict: Result) -> str:
    """Return what a learner is told of an exercise, in a line: what is wrong, without advice."""
    state = str(verdict["misconception"] or verdict["status"]).replace("_", " ")
    lines = str(verdict["message"]).split("\n")
    telling = [line for line in lines if line and not line.startswith(("Tried ", "Next: "))]
    return one_line(": ".join([state, *telling[:1]]), SHORT)


def pair_as_object(pair: Pair) -> dict[str, Any]:
    """Return what becomes of a submission, for `--json`."""
    listed, before, after = pair.listed, pair.before or {}, pair.after or {}
    return {
        "learner": listed.learner, "name": listed.name, "lesson": listed.lesson,
        "path": listed.path, "outcome": pair.outcome, "before": before.get("score"),
        "after": after.get("score"), "exercises": [_change_as_object(c) for c in pair.changes],
    }  # fmt: skip


def _change_as_object(change: Change) -> dict[str, Any]:
    before, after = ({name: one[name] for name in TOLD} for one in (change.before, change.after))
    checks = [{"name": name, "before": b, "after": a} for name, b, a in change.checks]
    return {
        "name": change.name,
        "before": before,
        "after": after,
        "checks": checks,
        "timed": change.timed,
    }


def _by_name(results: Iterable[Result]) -> dict[str, Result]:
    return {result["name"]: result for result in results}


def _points(checks: dict[str, Result], name: str) -> str:
    """Return the points of a check, or that it was not there."""
    check = checks.get(name)
    return f"{check['score']}/{check['max_score']}" if check else "none"
