"""Time: what grading took, and when things were handed in, as far as files tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from autograder.class_report.figures import histogram
from autograder.class_report.reading import Entry

EDGES = (0.0, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 1e9)  # seconds
HOUR, DAY = 3600, 86400
UNITS = (HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 364 * DAY, 3640 * DAY)
MOST_BINS = 28
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Bins:
    """What a histogram shows."""

    labels: list[str]
    counts: list[int]


def once(entries: Sequence[Entry]) -> list[Entry]:
    """Return one entry for each content that was graded: the same is graded once."""
    return list({entry.listed.key: entry for entry in reversed(entries)}.values())[::-1]


def seconds_of(entry: Entry) -> float:
    """Return how long grading took."""
    return float(entry.report["seconds"]) if entry.report else 0.0


def grading(entries: Sequence[Entry]) -> Bins:
    """Return how long gradings took."""
    counts = histogram([seconds_of(entry) for entry in once(entries)], EDGES)
    last = max((at for at, count in enumerate(counts) if count), default=0) + 1
    labels = [f"{low:g} to {high:g} s" for low, high in pairwise(EDGES)]
    labels[0], labels[-1] = f"to {EDGES[1]:g} s", f"above {EDGES[-2]:g} s"
    return Bins(labels[:last], counts[:last])


def slowest(entries: Sequence[Entry], most: int) -> list[Entry]:
    """Return the gradings that took longest."""
    return sorted(once(entries), key=lambda entry: (-seconds_of(entry), entry.who))[:most]


def plausible(entries: Sequence[Entry]) -> list[float]:
    """Return when things were handed in; what says it was in another century says nothing."""
    low, high = FIRST.timestamp(), LAST.timestamp()
    return [entry.listed.made for entry in entries if low <= entry.listed.made < high]


def handed_in(entries: Sequence[Entry]) -> Bins | None:
    """Return when things were handed in, or None where the files do not tell."""
    times = plausible(entries)
    if not times or max(times) - min(times) < HOUR:
        return None
    unit = next(u for u in UNITS if max(times) // u - min(times) // u < MOST_BINS or u == UNITS[-1])
    begin, end = int(min(times) // unit), int(max(times) // unit)
    edges = [at * unit for at in range(begin, end + 2)]
    labels = [_label(edge, unit) for edge in edges[:-1]]
    return Bins(labels, histogram(times, edges))


def _label(edge: int, unit: int) -> str:
    form = "%d %b %Hh" if unit < DAY else "%d %b" if unit < 28 * DAY else "%b %Y"
    return datetime.fromtimestamp(edge, UTC).strftime(form).lstrip("0")
