"""The capstone's leaderboard: who handed in what, what was measured, and who comes first."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from autograder.submission import KINDS, Submission, lesson_of_file, read
from mnist_course.errors import CourseError
from mnist_course.files import write_atomically

LESSON = "07_capstone"
FILE = "leaderboard.json"
SCHEMA = 1
MOST_BYTES = 50 * 2**20  # of what is kept


@dataclass(frozen=True)
class Result:
    """What a network came to; `why` says why it has no place among the others."""

    accuracy: float = 0.0
    parameters: int = 0
    seconds: float = 0.0  # of the processor, for loading, training and reading
    why: str = ""


@dataclass(frozen=True)
class Entry:
    """What somebody handed in."""

    learner: str
    when: datetime
    submission: Submission


# ---- who handed in what --------------------------------------------------------------------------


def entries_in(folder: Path) -> tuple[list[Entry], list[str]]:
    """Return what of lesson 7 lies in a folder, or one level down; and what was left out, why."""
    entries, left_out = [], list[str]()
    for path in _files(folder):
        try:
            entries.append(_entry(path, folder))
        except CourseError as error:
            left_out.append(str(error))
        except Exception as error:  # a fault of ours: it may not cost the others their places
            left_out.append(f"{path} could not be read ({type(error).__name__}: {error})")
    return entries, left_out


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        named = path.suffix.lower() in KINDS and LESSON in path.name.lower()
        if (named or path.suffix.lower() == ".zip") and not path.name.startswith("."):
            yield path


def _entry(path: Path, folder: Path) -> Entry:
    """Read one; the name of a folder, which the instructor gave, counts more than what is said."""
    submission = read(path)
    if (lesson := lesson_of_file(submission)) != LESSON:
        raise CourseError(f"{path} is of {lesson}: only {LESSON} is measured")
    bundle, saved = submission.bundle, datetime.fromtimestamp(path.stat().st_mtime, UTC)
    own = path.parent.name if path.parent != folder else ""
    said = bundle.learner if bundle else _rest(path.stem)
    return Entry(own or said.strip() or path.stem, _time(bundle.made if bundle else "", saved),
                 submission)  # fmt: skip


def _rest(stem: str) -> str:
    """Return what of a file's name is not the lesson's: somebody's name, usually."""
    return re.sub(LESSON, "", stem, flags=re.IGNORECASE).strip(" _-.()")


def _time(said: str, otherwise: datetime) -> datetime:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return otherwise
    return found.astimezone(UTC) if found.tzinfo else otherwise


def latest(entries: Sequence[Entry]) -> list[Entry]:
    """Return the last that each learner handed in."""
    found: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda one: one.when):
        found[entry.learner] = entry
    return list(found.values())


# ---- what was measured ---------------------------------------------------------------------------


class Kept:
    """What was measured before, in a file beside what was handed in."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self.seed: int | None = None
        self.results: dict[str, Result] = {}
        self.remark = ""
        if self.path.exists():
            self._read()

    def _read(self) -> None:
        try:
            if self.path.stat().st_size > MOST_BYTES:
                raise ValueError("it is far too large")
            found = json.loads(self.path.read_text(encoding="utf-8"))
            self.results = {key: _result(one) for key, one in found["results"].items()}
            if found["schema"] != SCHEMA or type(found["seed"]) is not int:
                raise ValueError("it is of another kind")
            self.seed = found["seed"]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            self._set_aside()

    def _set_aside(self) -> None:
        """Keep a damaged file under another name; all is measured again."""
        number = 1
        while (aside := self.path.with_name(f"leaderboard.damaged-{number}.json")).exists():
            number += 1
        self.path.replace(aside)
        self.seed, self.results = None, {}
        self.remark = f"{self.path} was damaged: it is kept as {aside}, and all is measured again."

    def keep(self, key: str, result: Result) -> None:
        """Remember a result, at once: what was measured stays, whatever comes."""
        self.results[key] = result
        results = {key: asdict(one) for key, one in self.results.items()}
        content = {"schema": SCHEMA, "seed": self.seed, "results": results}
        write_atomically(self.path, json.dumps(content, indent=1).encode())


def _result(said: Any) -> Result:
    """Read a result; whatever is odd about it is an error."""
    result = Result(**said)
    kinds = (type(result.parameters) is int, isinstance(result.why, str))
    measures = (result.accuracy, result.seconds)
    if not all(kinds) or not all(type(one) in (int, float) for one in measures):
        raise TypeError("a result of another kind")
    if not (math.isfinite(result.seconds) and 0 <= result.accuracy <= 1):
        raise ValueError("a result that cannot be")
    return result


def key_of(entry: Entry, seed: int, data: str, isolation: str = "full") -> str:
    """Return by what a result is known: the same file, exam and course, the same result."""
    sha256, version = entry.submission.sha256, metadata.version("mnist-course")
    return " ".join([sha256, data, str(seed), version, isolation])


# ---- who comes first -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A place on the board; 0 is none."""

    rank: int
    entry: Entry
    result: Result


def ranked(found: Sequence[tuple[Entry, Result]]) -> list[Row]:
    """Put the best first; who is as good as another has the same rank; who failed comes last."""
    good = sorted((one for one in found if not one[1].why), key=lambda one: _order(one[1]))
    orders = [_order(result) for _, result in good]
    rows = [Row(orders.index(_order(result)) + 1, entry, result) for entry, result in good]
    return rows + [Row(0, entry, result) for entry, result in found if result.why]


def _order(result: Result) -> tuple[int, int, int]:
    """Return what decides, rounded so that chance does not."""
    return -round(100 * result.accuracy), result.parameters, round(result.seconds)
