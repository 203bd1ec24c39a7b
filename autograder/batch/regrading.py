"""What was graded, graded anew under the checks as they are now; saved when that is asked for.

Compared are the submissions whose content is what the last batch graded. Files that are new, gone
or changed since are told apart: what becomes of their points is not the checks' doing. To save
changes results and nothing else; what has no new result keeps its old one.
"""

import csv
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.batch.differences import Pair, by_exercise, counts, note, pair_as_object
from autograder.batch.exports import Row, as_csv, write_all
from autograder.batch.grading import Terms
from autograder.batch.layouts import Found, Owner, Survey
from autograder.batch.running import write_gradebook
from autograder.batch.sources import Entry
from autograder.batch.store import NAME, Listed, Store, version_of_the_checks
from mnist_course.errors import CourseError
from mnist_course.files import write_atomically

NOTE = "regraded.csv"
NOTE_COLUMNS = ("learner", "lesson", "exercise", "before", "after", "saved")


@dataclass
class Since:
    """What lies there now, beside what the last batch found."""

    same: list[tuple[Listed, Found]] = field(default_factory=list)
    new: list[tuple[str, str]] = field(default_factory=list)  # path, and why where it is known
    gone: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)


def opened(folder: Path) -> Store:
    """Open the results of a batch; a folder that has none stays as it is."""
    if not (folder / NAME).is_file():
        raise CourseError(
            f"{folder} holds no results: `autograder batch SUBMISSIONS --out {folder}` grades, and "
            "`autograder regrade` takes the folder of its results"
        )
    return Store(folder)


def listed_in(store: Store) -> list[Listed]:
    """Return what the last batch found."""
    listing = store.listing()
    if not listing:
        raise CourseError(
            f"no batch came to its end in {store.path.parent}: give its command again"
        )
    return listing


def terms_of(store: Store, listing: Sequence[Listed]) -> Terms:
    """Return how the last batch graded, with the checks as they are now."""
    reports = (store.report(listed.key) for listed in listing)
    seed = next((report["seed"] for report in reports if report), None)  # not that of a later try
    data, timeout = store.recall("data") or "digits", float(store.recall("timeout") or 600)
    seed, isolation = store.seed(None) if seed is None else seed, store.recall("isolation")
    return Terms(seed, data, timeout, version_of_the_checks(), isolation or "full")


def as_found(listed: Listed) -> Found:
    """Return a file as the last batch found it; its content cannot be read so."""
    owner = Owner(listed.learner, listed.name, listed.moodle, listed.canvas, listed.late)
    entry = Entry(tuple(listed.path.split("/")), listed.made, lambda: None)
    kind = listed.kind or Path(listed.path).suffix.lower()
    return Found(
        owner, listed.lesson, kind, listed.sha256, entry, listed.made,
        warnings=list(listed.warnings),
    )  # fmt: skip


def same_checks(listing: Sequence[Listed], terms: Terms) -> bool:
    """Tell whether all results are those of the checks as they are now."""
    return all(terms.key(as_found(listed)) == listed.key for listed in listing)


def since(listing: Sequence[Listed], now: Survey) -> Since:
    """Tell apart what is as it was, and what is new, gone or changed."""
    there = {(found.owner.learner, found.lesson): found for found in now.found}
    left_out, result = dict(now.left_out), Since()
    for listed in listing:
        found = there.pop((listed.learner, listed.lesson), None)
        if found is None:
            result.gone.append((listed.path, left_out.get(listed.path, "")))
        elif found.sha256 == listed.sha256 and found.kind == as_found(listed).kind:
            result.same.append((listed, found))
        else:
            result.changed.append((found.path, ""))
    result.new = [(found.path, "") for found in there.values()]
    return result


def pairs_of(now: Since, terms: Terms, store: Store, failed: dict[str, str]) -> list[Pair]:
    """Put the old result and the new one of each submission side by side."""
    keys = [(listed, terms.key(found)) for listed, found in now.same]
    return [
        Pair(listed, store.report(listed.key), store.report(key), failed.get(key, ""))
        for listed, key in keys
    ]


def as_object(pairs: Sequence[Pair], now: Since) -> dict[str, Any]:
    """Return what `--json` writes: counts, exercises, whom it concerns, what is not compared."""
    failed = [(pair.listed.path, pair.why) for pair in pairs if pair.outcome == "failed"]
    apart = {"new": now.new, "gone": now.gone, "changed": now.changed, "failed": failed}
    return {
        "counts": counts(pairs),
        "exercises": [asdict(tally) for tally in by_exercise(pairs)],
        "submissions": [pair_as_object(pair) for pair in pairs if pair.differs],
        "not_compared": {
            word: [{"path": path, "why": why} for path, why in files]
            for word, files in apart.items()
        },
    }


def save(
    store: Store, listing: Sequence[Listed], pairs: Sequence[Pair], terms: Terms, place: Path,
    url: str,
) -> None:  # fmt: skip
    """Write all results; the listing last: a save that was killed is made again, and whole."""
    anew = {(pair.listed.learner, pair.listed.lesson): pair for pair in pairs if pair.after}
    rows, keys = [], []
    for listed in listing:
        pair, found = anew.get((listed.learner, listed.lesson)), as_found(listed)
        old = None if pair else store.report(listed.key)
        rows.append(Row(found, pair.after) if pair else Row(found, old, listed.why))
        keys.append(terms.key(found) if pair else listed.key)
    write_all(store.path.parent, rows)
    write_gradebook(store, url, rows, {listed.lesson for listed in listing})
    _note(store.path.parent / NOTE, pairs)
    anew_listed = [row.listed(key) for row, key in zip(rows, keys, strict=True)]
    store.list_anew(anew_listed, place=str(place.absolute()), version=terms.version)


def _note(path: Path, pairs: Sequence[Pair]) -> None:
    """Add whose points change; what a save that was killed has added already is not doubled."""
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    text = as_csv((*line, moment) for line in note(pairs))
    before = path.read_bytes().decode(errors="replace") if path.exists() else ""
    lines, old = (list(csv.reader(one.splitlines())) for one in (text, before))
    if lines and [line[:-1] for line in old[-len(lines) :]] != [line[:-1] for line in lines]:
        write_atomically(path, f"{before or as_csv([NOTE_COLUMNS])}{text}".encode(errors="replace"))
