"""Plots as SVG, written into the page: no script, no file, the same for the same figures."""

import html
import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 640, 150
TOP, BOTTOM = 20, 34  # room for numbers above the columns, and for labels below
LETTER = 6.5  # how wide a letter of a label is, with some room
MARGIN = 24  # for the labels at both ends
BAR, STACK, THICK = 120, 260, 18  # lengths and thickness of the bars in tables
NARROW = 16  # a piece of a bar on which no number fits


def columns(key: str, title: str, labels: Sequence[str], counts: Sequence[int]) -> str:
    """Return a histogram: a column for each count, with the count above and a label below."""
    told = "; ".join(f"{label}: {count}" for label, count in zip(labels, counts, strict=True))
    wide = (WIDTH - 2 * MARGIN) / len(counts)
    every = math.ceil(max(map(len, labels)) * LETTER / wide)
    body = [
        _column(MARGIN + at * wide, wide, count, max(counts), label if at % every == 0 else "")
        for at, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]
    floor = HEIGHT - BOTTOM
    line = f'<line class="axis" x1="0" y1="{floor}" x2="{WIDTH}" y2="{floor}"/>'
    return (
        f'<svg role="img" aria-labelledby="{key}-t {key}-d" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><title id="{key}-t">{html.escape(title)}</title>'
        f'<desc id="{key}-d">{html.escape(told)}</desc>{"".join(body)}{line}</svg>'
    )


def _column(left: float, wide: float, count: int, most: int, label: str) -> str:
    floor, middle = HEIGHT - BOTTOM, left + wide / 2
    high = (floor - TOP) * count / max(most, 1)
    bar = _rect(left + wide * 0.08, floor - high, wide * 0.84, high, "bar") if count else ""
    number = _text(middle, floor - high - 5, f"{count:,}") if count else ""
    return bar + number + (_text(middle, floor + 16, label) if label else "")


def _rect(x: float, y: float, wide: float, high: float, name: str) -> str:
    return f'<rect class="{name}" x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'


def _text(x: float, y: float, text: str, name: str = "") -> str:
    known = f' class="{name}"' if name else ""
    return f'<text{known} x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{html.escape(text)}</text>'


def _inside(wide: int, body: str) -> str:
    """Return a bar of a table; what it shows stands there as numbers, too."""
    return (
        f'<svg aria-hidden="true" width="{wide}" height="{THICK}" viewBox="0 0 {wide} {THICK}">'
        f"{body}</svg>"
    )


def bar(share: float) -> str:
    """Return a bar for a share, 0 to 1."""
    frame = f'<line class="axis" x1="0" y1="{THICK - 1}" x2="{BAR}" y2="{THICK - 1}"/>'
    return _inside(BAR, _rect(0, 3, BAR * share, THICK - 6, "bar") + frame)


def swing(value: float) -> str:
    """Return a bar from the middle, to the left for what is negative: -1 to 1."""
    middle = BAR / 2
    end = middle + middle * value
    axis = f'<line class="axis" x1="{middle}" y1="0" x2="{middle}" y2="{THICK}"/>'
    return _inside(BAR, _rect(min(middle, end), 4, abs(end - middle), THICK - 8, "bar") + axis)


def stack(counts: Mapping[str, int]) -> str:
    """Return a bar of pieces, one a status, with numbers where they fit."""
    whole, left, body = sum(counts.values()), 0.0, ""
    for status, count in counts.items():
        wide = STACK * count / whole
        body += _rect(left, 0, max(wide - 1, 0.5), THICK, f"s-{status}")
        if wide >= NARROW + 6 * (len(str(count)) - 1):
            body += _text(left + wide / 2, THICK - 5, str(count), f"t-{status}")
        left += wide
    return _inside(STACK, body)
