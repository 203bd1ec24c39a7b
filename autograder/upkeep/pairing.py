"""Which cell is which: of two lists of cells, by their marks, by what they say, by likeness."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from difflib import SequenceMatcher

from autograder.submission import HEADER
from autograder.upkeep.parts import Part

ALIKE = 0.6
STUB = re.compile(r"^\s*(# Write this part, then take the next line out\.|raise NotImpl.*)$", re.M)


def with_name(text: str, was: str, name: str) -> str:
    """Put one name in the place of another, where it is a word of its own, and not torch's."""
    return re.sub(rf"(?<![\w.]){re.escape(was)}\b", lambda _: name, text)


def defines(part: Part, name: str) -> bool:
    """Tell by its text whether a cell that is graded defines a name."""
    if part.kind != "code" or part.is_check or "experiment" in part.tags:
        return False
    pattern = rf"^(?:(?:async +)?def|class) +{re.escape(name)}\b|^{re.escape(name)} *="
    return bool(re.search(pattern, part.source, re.MULTILINE))


def pairs(
    some: Sequence[Part], others: Sequence[Part], names: dict[str, str], alike: bool = True
) -> dict[int, int]:
    """Return which of some is which of the others; `names` are those of exercises, now."""
    found: dict[int, int] = {}
    # Of several cells with the marks of an exercise the answer is that which defines it.
    _by_key(some, others, found, lambda p: _mark(p, names) if defines(p, p.grade_id) else None)
    _by_key(some, others, found, lambda part: _mark(part, names))
    for here, there in _same(some, others, found):
        found[here] = there
    _by_key(some, others, found, _words)
    if alike:
        _by_likeness(some, others, found)
    return found


def _mark(part: Part, names: dict[str, str]) -> Hashable:
    """Return what a cell is known by, whatever it says."""
    if part.kind == "top":
        return "top"
    check, name = part.grade_id.startswith("check-"), part.grade_id.removeprefix("check-")
    return (check, names.get(name, name)) if part.is_solution or part.is_check else None


def _words(part: Part) -> Hashable:
    marked = part.is_solution or part.is_check or part.kind == "top"
    return None if marked or not part.text else (part.kind, part.text)


def _by_key(
    some: Sequence[Part],
    others: Sequence[Part],
    found: dict[int, int],
    key: Callable[[Part], Hashable],
) -> None:
    """Pair what has the same key; of several, the first with the first."""
    taken = set(found.values())
    free: dict[Hashable, list[int]] = {}
    for there, part in enumerate(others):
        if there not in taken:
            free.setdefault(key(part), []).append(there)
    for here, part in enumerate(some):
        if here not in found and key(part) is not None and free.get(key(part)):
            found[here] = free[key(part)].pop(0)


def _same(
    some: Sequence[Part], others: Sequence[Part], found: dict[int, int]
) -> Iterable[tuple[int, int]]:
    """Pair what says the same in the same order: of two such cells the one that stands there."""
    taken = set(found.values())
    mine = [i for i, part in enumerate(some) if i not in found and _words(part)]
    theirs = [i for i, part in enumerate(others) if i not in taken and _words(part)]
    keys = [_words(some[i]) for i in mine], [_words(others[i]) for i in theirs]
    for block in SequenceMatcher(None, *keys, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            yield mine[block.a + step], theirs[block.b + step]


def _by_likeness(some: Sequence[Part], others: Sequence[Part], found: dict[int, int]) -> None:
    """Pair the rest by how much alike it is, the most alike first."""
    taken = set(found.values())
    scores = [
        (-likeness(part.text, other.text), abs(here - there), here, there)
        for here, part in enumerate(some)
        if here not in found and _words(part)
        for there, other in enumerate(others)
        if there not in taken and _words(other) and other.kind == part.kind
    ]
    for score, _, here, there in sorted(scores):
        if -score > ALIKE and here not in found and there not in taken:
            found[here] = there
            taken.add(there)


def likeness(text: str, other: str) -> float:
    """Return how much alike two texts are, from 0 to 1, whichever comes first."""
    first, second = sorted((text, other))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.real_quick_ratio() <= ALIKE or matcher.quick_ratio() <= ALIKE:
        return 0.0
    return float(matcher.ratio())


# ---- exercises that got another name -------------------------------------------------------------


def renames(base: Sequence[Part], new: Sequence[Part], mine: Sequence[Part]) -> dict[str, str]:
    """Return what exercises were called, and are called now."""
    old, now = _exercises(base), _exercises(new)
    had = _exercises(mine)
    gone = [name for name in old if name not in now and name in had]
    added = [name for name in now if name not in old and name not in had]
    scores = [(_rename_score(old, now, was, name), was, name) for was in gone for name in added]
    found: dict[str, str] = {}
    for score, was, name in sorted(scores, reverse=True):
        if score > ALIKE and was not in found and name not in found.values():
            found[was] = name
    return found


def _exercises(parts: Sequence[Part]) -> dict[str, str]:
    return {part.grade_id: part.text for part in parts if part.is_solution}


def _rename_score(old: dict[str, str], now: dict[str, str], was: str, name: str) -> float:
    texts = (with_name(STUB.sub("", text), called, "NAME") for text, called in
             ((old[was], was), (now[name], name)))  # fmt: skip
    score = likeness(*texts)
    stands_there = _neighbours([*old], was, now) == _neighbours([*now], name, old)
    return max(score, 0.61 if stands_there else 0.0)


def _neighbours(names: list[str], name: str, others: dict[str, str]) -> list[str | None]:
    """Return what stands on both sides; an exercise that only one list has is nobody's sign."""
    at = names.index(name)
    around = [names[at - 1] if at else None, names[at + 1] if at + 1 < len(names) else None]
    return [side if side is None or side in others else "?" + name for side in around]


def most_alike(text: str, candidates: Sequence[str]) -> str | None:
    """Return the text that has most lines in common with this one; of equals, the first."""
    mine = _bag(text)
    return max(candidates, key=lambda other: _overlap(mine, _bag(other)), default=None)


def _bag(text: str) -> Counter[str]:
    """Count lines, whether they are comments or not: a notebook's texts are none, and no heads."""
    lines = (line.lstrip("# ").strip() for line in text.split("\n") if not HEADER.match(line))
    return Counter(line for line in lines if line)


def _overlap(some: Counter[str], others: Counter[str]) -> float:
    return 2 * (some & others).total() / max(1, some.total() + others.total())
