"""Which submissions are alike, beyond what was given and what many wrote. It accuses nobody.

Winnowing, as Schleimer, Wilkerson and Aiken describe it: of the hashes of all runs of K tokens, the
smallest of each WINDOW is kept. What the course gave, and what many share, is taken out.
"""

import keyword
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.cells import Cell
from autograder.syllabus import asked_for

K, WINDOW = 16, 8  # whatever is alike over K + WINDOW - 1 tokens is found
LEAST = 12  # fingerprints that two must share: some ten lines that nobody else has
SHARE = 0.7  # of the smaller one's own fingerprints
FEW, PART, MANY = 5, 0.05, 20  # what more than FEW and PART have, or more than MANY, is common
KEYWORDS = frozenset(keyword.kwlist)
# By hand: Python's own tokenizer stops at what is no Python, differs from version to version, and
# takes five times as long.
TOKEN = re.compile(
    r"""[#].*|\\\n
    |(?P<text>(?<!\w)[a-zA-Z]{0,2}(?:\"{3}[\s\S]*?(?:\"{3}|\Z)|'{3}[\s\S]*?(?:'{3}|\Z)
        |"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))
    |(?P<number>\.?\d[\w.]*)|(?P<name>\w+)|(?P<sign>[^\s\w])""",
    re.VERBOSE,
)

Prints = frozenset[int]


@dataclass(frozen=True)
class Pair:
    """Two submissions: how many fingerprints they share, and which part of each that is."""

    one: str
    other: str
    shared: int
    shares: tuple[float, float]
    where: list[str] = field(default_factory=list)  # the exercises


# ---- tokens and fingerprints ---------------------------------------------------------------------


def tokens(source: str) -> Iterator[str]:
    """Yield the tokens without comments; names and literals are all the same.

    What follows a dot keeps its name: a learner renames variables, not the methods of a library.
    """
    before = ""
    for found in TOKEN.finditer(source):
        if found.lastgroup:
            token = found[0]
            plain = before == "." or found.lastgroup == "sign" or token in KEYWORDS
            yield token if plain else found.lastgroup
            before = token


def fingerprints(source: str) -> Prints:
    """Return the fingerprints of a text; a short one has none."""
    some = list(tokens(source))
    runs = ("\0".join(some[at : at + K]) for at in range(len(some) - K + 1))
    hashes = [zlib.crc32(run.encode(errors="replace")) for run in runs]
    windows = max(len(hashes) - WINDOW + 1, min(len(hashes), 1))
    return frozenset(min(hashes[at : at + WINDOW]) for at in range(windows))


def prints_of(cells: Iterable[Cell]) -> dict[str, Prints]:
    """Return the fingerprints by exercise; "" has those of all other cells."""
    found: dict[str, Prints] = defaultdict(frozenset)
    for cell in cells:
        if not cell.skipped:
            found[cell.grade_id] |= fingerprints(cell.source)
    return dict(found)


# ---- who shares what -----------------------------------------------------------------------------


def pairs(works: Mapping[str, Mapping[str, Prints]], given: Prints = frozenset()) -> list[Pair]:
    """Return the pairs that are alike, those that share most first."""
    own = _own({who: frozenset().union(*parts.values()) - given for who, parts in works.items()})
    found = [
        Pair(one, other, shared, (shared / len(own[one]), shared / len(own[other])),
             _where(works[one], works[other], own[one] & own[other]))
        for one, other, shared in _overlaps(own)
        if shared >= SHARE * min(len(own[one]), len(own[other]))
    ]  # fmt: skip
    return sorted(found, key=lambda pair: (-pair.shared, -max(pair.shares), pair.one, pair.other))


def _own(prints: Mapping[str, Prints]) -> dict[str, Prints]:
    """Take out what many have: short exercises have few right forms.

    Those who have all of it alike count as one, or copies of one work would hide each other.
    """
    holders = Counter(number for some in prints.values() for number in some)
    forms = Counter(number for some in set(prints.values()) for number in some)
    most = min(max(FEW, int(PART * len(prints))), MANY)
    common = {one for one in holders if forms[one] > most or holders[one] > MANY}
    return {who: some - common for who, some in prints.items()}


def _overlaps(own: Mapping[str, Prints]) -> Iterator[tuple[str, str, int]]:
    """Yield who shares how much with whom, by an index of who holds a fingerprint."""
    holders: dict[int, list[str]] = defaultdict(list)
    for who in sorted(own):
        for number in own[who]:
            holders[number].append(who)
    counts = Counter(
        (one, other) for some in holders.values() for at, one in enumerate(some)
        for other in some[at + 1 :]
    )  # fmt: skip
    return ((one, other, count) for (one, other), count in counts.items() if count >= LEAST)


def _where(one: Mapping[str, Prints], other: Mapping[str, Prints], shared: Prints) -> list[str]:
    """Return the exercises in which they are alike; learners may call their cells anything."""
    names: Sequence[str] = [name for name, some in one.items() if some & shared]
    known = asked_for()
    return [name for name in names if name in known and other.get(name, frozenset()) & shared]
