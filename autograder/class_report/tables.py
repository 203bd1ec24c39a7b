"""The figures of a lesson as tables; each number that a colour or a bar shows is written, too."""

import html
from collections.abc import Iterable, Sequence

from autograder.class_report.figures import (
    MOST_ROWS,
    STATUSES,
    UNTRIED,
    Item,
    Mistake,
    Rate,
    Row,
    discrimination,
    exercises_in,
    heat,
    meaning,
    mistakes,
    rates,
)
from autograder.class_report.plots import bar, stack, swing
from autograder.class_report.reading import Entry
from autograder.class_report.style import step
from autograder.texts import one_line

NONE, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"


def esc(text: object) -> str:
    """Return text fit for the page, whoever wrote it."""
    return html.escape(one_line(str(text), 600))


def whose(who: str) -> str:
    """Return a learner as the page shows it: its letters cannot turn the line around."""
    return f"<bdi>{esc(who)}</bdi>"


def table(caption: str, head: Iterable[str], rows: Iterable[str], name: str = "") -> str:
    """Return a table that can be scrolled sideways, by keyboard, too."""
    known = f' class="{name}"' if name else ""
    return (
        f'<div class="wide" role="region" aria-label="{html.escape(caption)}" tabindex="0">'
        f"<table{known}><caption>{html.escape(caption)}</caption>\n"
        f"<thead><tr>{''.join(head)}</tr></thead>\n<tbody>\n"
        + "\n".join(rows)
        + "\n</tbody></table></div>\n"
    )


def heads(*names: str) -> list[str]:
    """Return the heads of columns; those that begin with # have numbers below them."""
    return [
        f'<th scope="col"{" class=n" if name[:1] == "#" else ""}>{name.lstrip("#")}</th>'
        for name in names
    ]


def breakable(name: str) -> str:
    """Let a long name be broken at its underscores."""
    return esc(name).replace("_", "_<wbr>")


# ---- points --------------------------------------------------------------------------------------


def heat_map(entries: Sequence[Entry]) -> str:
    """Return the points by exercise and learner."""
    rows, grouped = heat(entries), len(entries) > MOST_ROWS
    caption = f"Percent of the points of each exercise; {NONE} where it was not attempted."
    if grouped:
        caption = (
            f"{len(entries):,} learners in ten groups by their points; percent of the points of "
            "each exercise, on average. The CSV has every learner."
        )
    names = map(breakable, exercises_in(entries))
    first = ["Group", "#Learners"] if grouped else ["Learner"]
    head = heads(*first, *names, "#Points")
    return table(caption, head, [_heat_row(row, grouped) for row in rows], "heat")


def _heat_row(row: Row, grouped: bool) -> str:
    cells = "".join(map(_heat_cell, row.shares))
    count = f'<td class="n">{row.count:,}</td>' if grouped else ""
    total = f"{row.total:.1f}" if grouped else f"{row.total:.0f}"
    label = esc(row.label) if grouped else whose(row.label)
    return f'<tr><th scope="row">{label}</th>{count}{cells}<td class="n">{total}</td></tr>'


def _heat_cell(share: float | None) -> str:
    if share is None:
        return f'<td class="h">{NONE}</td>'
    return f'<td class="h h{step(share)}">{percent(share)}</td>'


def percent(share: float) -> int:
    """Return whole percents; 100 and 0 are said of nothing else."""
    rounded = round(100 * share)
    return min(max(rounded, 1 if share > 0 else 0), 99 if share < 1 else 100)


# ---- how exercises went --------------------------------------------------------------------------


def in_words(status: str) -> str:
    """Return a status as people say it."""
    return status.replace("_", " ")


def rate_table(entries: Sequence[Entry]) -> str:
    """Return how each exercise went: a bar, and its numbers."""
    found = rates(entries)
    used = [status for status in STATUSES if any(rate.counts.get(status) for rate in found)]
    keys = [f'<span class="key"><i class="s-{s}"></i></span>{in_words(s)}' for s in used]
    head = heads("Exercise", "Learners", *(f"#{key}" for key in keys), "#all points", "#points")
    caption = "Learners by how the exercise went; who has all its points; its points on average."
    return table(caption, head, [_rate_row(rate, used) for rate in found], "rates")


def _rate_row(rate: Rate, used: Sequence[str]) -> str:
    counts = "".join(f'<td class="n">{rate.counts.get(status, 0):,}</td>' for status in used)
    passed = percent(rate.counts.get("correct", 0) / rate.learners)
    return (
        f'<tr><th scope="row">{breakable(rate.exercise)}</th><td>{stack(rate.counts)}</td>{counts}'
        f'<td class="n">{passed}%</td><td class="n">{percent(rate.share)}%</td></tr>'
    )


# ---- mistakes ------------------------------------------------------------------------------------


def mistake_table(entries: Sequence[Entry], lesson: str) -> str:
    """Return the mistakes, counted, each in the words of its exercise."""
    found = mistakes(entries)
    if not found:
        tried = any(one["status"] not in UNTRIED for e in entries for one in e.exercises.values())
        return f"<p>Nobody {'got anything wrong' if tried else 'attempted anything'}.</p>\n"
    head = heads("Exercise", "Share", "#%", "#Learners", "What it is")
    caption = "Of those who attempted the exercise, how many made the mistake."
    return table(caption, head, [_mistake_row(lesson, mistake) for mistake in found])


def _mistake_row(lesson: str, mistake: Mistake) -> str:
    code = f' <span class="code">{esc(mistake.code)}</span>' if mistake.code else ""
    return (
        f'<tr><th scope="row">{breakable(mistake.exercise)}</th><td>{bar(mistake.share)}</td>'
        f'<td class="n">{percent(mistake.share)}%</td>'
        f'<td class="n">{mistake.count:,} of {mistake.attempted:,}</td>'
        f"<td>{esc(meaning(lesson, mistake))}{code}</td></tr>"
    )


# ---- discrimination ------------------------------------------------------------------------------


def chance(learners: int) -> float:
    """Return what a correlation may reach by chance, in nineteen cases of twenty."""
    return float(1.96 / learners**0.5)


def discrimination_table(entries: Sequence[Entry]) -> str:
    """Return the correlation of each exercise and check with the rest of the points."""
    head = heads("Exercise and check", "#Points", "#Correlation", f"From {MINUS}1 to 1", "Remark")
    caption = "How the points of each exercise, and of each of its checks, go with all others."
    return table(caption, head, map(_item_row, discrimination(entries)))


def _item_row(item: Item) -> str:
    name = "part" if item.check else "whole"
    begin = f'<tr class="{name}"><th scope="row">{esc(item.check or item.exercise)}</th>'
    begin += f'<td class="n">{percent(item.share)}%</td>'
    if item.correlation is None:
        why = f"not measurable: {item.why}"
        return f'{begin}<td class="n">{NONE}</td><td></td><td>{esc(why)}</td></tr>'
    number = f"{item.correlation:+.2f}".replace("-", MINUS)
    return (
        f'{begin}<td class="n">{number}</td><td>{swing(item.correlation)}</td>'
        f"<td>{_flag(item.correlation, item.learners)}</td></tr>"
    )


def _flag(correlation: float, learners: int) -> str:
    if correlation >= 0:
        return ""
    sure = correlation < -chance(learners)
    return (
        '<span class="flag">negative: look at it</span>' if sure else "negative, perhaps by chance"
    )
