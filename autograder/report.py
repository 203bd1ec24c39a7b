"""How a verdict is shown: as text, and as HTML in a notebook."""

import html
from collections.abc import Sequence

from autograder.exercise import Check, Exercise, Verdict

MARKS = {"correct": "✓", "not_attempted": "·", "missing": "·"}
COLOURS = {"✓": "#2e7d32", "·": "#757575", "✗": "#c62828"}
BOOK = "book"  # where its pages are found


def mark(verdict: Verdict | Check) -> str:
    """Return one sign for how it went."""
    return MARKS.get(verdict.status, "✗")


def headline(verdict: Verdict) -> str:
    """Return the first line: the name, the points, and the mistake if it has a name."""
    state = verdict.status.replace("_", " ")
    known = verdict.misconception or ("" if verdict.status == "correct" else state)
    points = f"{verdict.score}/{verdict.max_score}"
    return f"{mark(verdict)} {verdict.name}   {points}   {known}".rstrip()


def as_text(verdict: Verdict) -> str:
    """Return what a terminal shows."""
    lines = [headline(verdict)]
    if verdict.where:
        lines[0] += f"   ({verdict.where})"
    lines += [f"  {line}" for line in verdict.message.split("\n") if line]
    lines += [f"    {mark(check)} {check.name}: {check.message}" for check in failed(verdict)]
    return "\n".join(lines)


def failed(verdict: Verdict) -> list[Check]:
    """Return the checks to list: what is missing from an answer that is right in part."""
    if verdict.status != "partly":
        return []
    return [check for check in verdict.checks if check.status != "correct"]


def as_html(verdict: Verdict) -> str:
    """Return what a notebook shows; readable on light and dark grounds."""
    colour = COLOURS[mark(verdict)]
    text = [f"<strong>{html.escape(headline(verdict))}</strong>"]
    if verdict.where:
        text.append(f"<small>{html.escape(verdict.where)}</small>")
    text += [html.escape(line) for line in verdict.message.split("\n") if line]
    if failed(verdict):
        text.append(_checks_as_html(failed(verdict)))
    body = "<br>".join(text)
    return f'<div style="border-left: 4px solid {colour}; padding-left: 0.8em">{body}</div>'


def _checks_as_html(checks: Sequence[Check]) -> str:
    items = (f"<li>{mark(c)} {html.escape(f'{c.name}: {c.message}')}</li>" for c in checks)
    return f'<ul style="list-style: none; padding-left: 0">{"".join(items)}</ul>'


def hint(exercise: Exercise, lesson: str, tier: int) -> str:
    """Return one hint, 1 to 3; the second names the page of the book."""
    text = exercise.hints[tier - 1]
    return f"{text} More: {book_page(lesson, exercise.name)}" if tier == 2 else text


def book_page(lesson: str, name: str) -> str:
    """Return where the book speaks of an exercise."""
    return f"{BOOK}/{lesson}.html#{name.lower().replace('_', '-')}"
