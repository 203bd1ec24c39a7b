"""What the page says of one lesson."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.class_report import times
from autograder.class_report.alike import Alike
from autograder.class_report.figures import LEAST as FEWEST
from autograder.class_report.figures import histogram, meaning, mistakes, percents
from autograder.class_report.plots import columns
from autograder.class_report.reading import Entry
from autograder.class_report.similarity import LEAST, WINDOW, K, Pair
from autograder.class_report.tables import (
    MINUS,
    NONE,
    chance,
    discrimination_table,
    esc,
    heads,
    heat_map,
    mistake_table,
    percent,
    rate_table,
    table,
    whose,
)
from autograder.syllabus import LESSONS

MOST_PAIRS, MOST_SLOW = 50, 5


@dataclass(frozen=True)
class Part:
    """All of one lesson."""

    lesson: str
    entries: list[Entry]  # that are graded
    alike: Alike


def section(part: Part) -> str:
    """Return the section of a lesson."""
    lesson, entries = part.lesson, part.entries
    if not entries:
        return f"{_head(lesson)}<p>Nothing of it is graded.</p>\n</section>\n"
    return f"""{_head(lesson)}{_facts(entries)}
{_foremost(entries, lesson)}
{_spread(lesson, entries)}
<h3>Points by exercise and learner</h3>
{heat_map(entries)}
<h3>How each exercise went</h3>
{rate_table(entries)}
<h3>What they got wrong</h3>
{mistake_table(entries, lesson)}
<h3>Which checks tell learners apart</h3>
{_about_discrimination(len(entries))}
{discrimination_table(entries)}
<h3>Time</h3>
{_grading(lesson, entries)}
{_handed_in(lesson, entries)}
<h3>Alike</h3>
{_alike(part.alike)}
</section>
"""


def _head(lesson: str) -> str:
    title = f": {LESSONS[lesson].title}" if lesson in LESSONS else ""
    return f'<section id="{esc(lesson)}">\n<h2>{esc(lesson)}{esc(title)}</h2>\n'


# ---- points --------------------------------------------------------------------------------------


def _facts(entries: Sequence[Entry]) -> str:
    found = percents(entries)
    facts = {
        "graded": f"{len(entries):,}",
        "median of the points": f"{percent(statistics.median(found) / 100)}%" if found else NONE,
        "mean of the points": f"{percent(statistics.fmean(found) / 100)}%" if found else NONE,
        "with all points": f"{sum(share == 100 for share in found):,}",
        "late": f"{sum(entry.listed.late for entry in entries):,}",
    }
    items = (f"<div><dt>{name}</dt><dd>{fact}</dd></div>" for name, fact in facts.items())
    return f'<dl class="facts">{"".join(items)}</dl>'


def _foremost(entries: Sequence[Entry], lesson: str) -> str:
    """Return the most frequent mistake that has a name, in a sentence."""
    found = next((mistake for mistake in mistakes(entries) if mistake.code), None)
    if found is None:
        return ""
    count = f"{percent(found.share)}% ({found.count:,} of {found.attempted:,} who attempted it)"
    return (
        f"<p>The most frequent mistake: in {esc(found.exercise)}, {count}. "
        f"{esc(meaning(lesson, found))}</p>"
    )


def _spread(lesson: str, entries: Sequence[Entry]) -> str:
    counts = histogram(percents(entries), range(0, 101, 10))
    labels = [f"{low} to {low + (10 if low == 90 else 9)}" for low in range(0, 100, 10)]
    return _figure(f"{lesson}-points", "Learners by their percent of the points", labels, counts)


def _figure(key: str, title: str, labels: Sequence[str], counts: Sequence[int]) -> str:
    plot = columns(esc(key), title, labels, counts)
    return f"<figure><figcaption>{esc(title)}</figcaption>{plot}</figure>\n"


def _about_discrimination(learners: int) -> str:
    bound = f"{chance(learners):.2f}"
    doubt = (
        f"With {learners:,} learners, what lies between {MINUS}{bound} and {bound} may be chance."
    )
    if learners < FEWEST:
        doubt = f"Here are fewer than {FEWEST} learners: it is not measured."
    return (
        '<p class="note">The correlation of a check with all points outside of it says whether '
        "those who pass it are strong elsewhere, too: near 0 it tells nobody apart, and below 0 it "
        "is the weaker ones who pass, so look whether it asks what it should. "
        f"{doubt}</p>"
    )


# ---- time ----------------------------------------------------------------------------------------


def _grading(lesson: str, entries: Sequence[Entry]) -> str:
    bins = times.grading(entries)
    slow = ", ".join(
        f"{whose(entry.who)} ({times.seconds_of(entry):.1f} s)"
        for entry in times.slowest(entries, MOST_SLOW)
    )
    plot = _figure(f"{lesson}-took", "Submissions by what grading took", bins.labels, bins.counts)
    return f"{plot}<p>The slowest: {slow}.</p>"


def _handed_in(lesson: str, entries: Sequence[Entry]) -> str:
    bins = times.handed_in(entries)
    if bins is None:
        return (
            '<p class="note">When they were handed in is not known: the files carry no times, or '
            "all of one hour, which may be that of unpacking.</p>"
        )
    title = "When files say they were handed in or last written (UTC)"
    return _figure(f"{lesson}-in", title, bins.labels, bins.counts)


# ---- alike ---------------------------------------------------------------------------------------


def _alike(alike: Alike) -> str:
    about = f"""<p class="note">What is listed here is alike in {LEAST} places or more, when names,
numbers, texts and comments are left aside, beyond what the lesson gives and what many have
written. A place is a stretch of at least {K} tokens; whatever is the same over {K + WINDOW - 1} is
seen. It proves nothing: short exercises have few right forms, people learn together, and the
course's own solutions and books are read by all. Look at both before you ask anybody.</p>"""
    about += f"<p>{esc(alike.remark)}</p>" if alike.remark else ""
    if not (alike.same or alike.pairs or alike.remark):
        return about + "\n<p>Nothing is.</p>"
    return about + _same(alike.same) + _pairs(alike.pairs)


def _same(groups: Sequence[Sequence[str]]) -> str:
    items = "".join(f"<li>{', '.join(map(whose, some))}</li>" for some in groups[:MOST_PAIRS])
    more = _more(len(groups), "groups")
    return f"<p>The same, byte for byte:</p><ul>{items}</ul>{more}" if groups else ""


def _pairs(pairs: Sequence[Pair]) -> str:
    if not pairs:
        return ""
    head = heads("One", "Other", "#Places", "#of one", "#of the other", "In")
    rows = [_pair_row(pair) for pair in pairs[:MOST_PAIRS]]
    caption = "Alike: the shared places, as a number and in percent of each one's own places."
    return table(caption, head, rows) + _more(len(pairs), "pairs")


def _pair_row(pair: Pair) -> str:
    one, other = map(percent, pair.shares)
    return (
        f'<tr><th scope="row">{whose(pair.one)}</th><td>{whose(pair.other)}</td>'
        f'<td class="n">{pair.shared}</td><td class="n">{one}%</td><td class="n">{other}%</td>'
        f"<td>{esc(', '.join(pair.where))}</td></tr>"
    )


def _more(count: int, what: str) -> str:
    rest = count - MOST_PAIRS
    return f"<p>And {rest:,} more {what}, which share no more.</p>" if rest > 0 else ""
