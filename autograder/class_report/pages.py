"""The page: one file that needs no other, that no browser may load anything for."""

import itertools
from collections.abc import Sequence

from autograder.class_report.attention import Note, notes
from autograder.class_report.reading import Classroom
from autograder.class_report.sections import Part, section
from autograder.class_report.style import policy, style
from autograder.class_report.tables import esc, whose
from autograder.page import STYLE, page
from autograder.texts import counted

TITLE = "What the class got right and wrong"
MOST_NOTES = 40  # of one kind
CODED = (
    "Names are replaced by codes, and what learners wrote is left out. Codes are no secret from "
    "whoever has the file that was named with --codes and a list of names."
)


def as_page(classroom: Classroom, parts: Sequence[Part], remark: str = "") -> str:
    """Return the page."""
    sheet = style()
    remarks = [CODED] * classroom.coded + [remark] * bool(remark)
    body = (
        f"<h1>{TITLE}</h1>\n<p>{_about(classroom)}</p>\n"
        + "".join(f"<p>{esc(text)}</p>\n" for text in remarks)
        + _contents(parts)
        + "".join(map(section, parts))
        + _by_hand(classroom)
    )
    return page(TITLE, body, sheet, policy(STYLE + sheet))


def _about(classroom: Classroom) -> str:
    learners = len({entry.who for entry in classroom.entries})
    ungraded = len(classroom.entries) - len(classroom.graded)
    rest = f"; not graded: {ungraded:,}" if ungraded else ""
    submissions = counted(len(classroom.entries), "submission")
    return f"{submissions} of {counted(learners, 'learner')}{rest}."


def _contents(parts: Sequence[Part]) -> str:
    links = [f'<a href="#{esc(part.lesson)}">{esc(part.lesson)}</a>' for part in parts]
    links.append('<a href="#by-hand">To look at by hand</a>')
    return f'<nav aria-label="Contents"><p>{" · ".join(links)}</p></nav>\n'


def _by_hand(classroom: Classroom) -> str:
    found = itertools.groupby(notes(classroom), key=lambda note: note.kind)
    body = "".join(_kind(kind, list(some)) for kind, some in found) or "<p>Nothing.</p>"
    return f'<section id="by-hand">\n<h2>To look at by hand</h2>\n{body}</section>\n'


def _kind(kind: str, some: Sequence[Note]) -> str:
    rest = len(some) - MOST_NOTES
    more = f"<li>and {rest:,} more</li>" if rest > 0 else ""
    items = "".join(map(_item, some[:MOST_NOTES]))
    return f"<h3>{esc(kind)}: {len(some):,}</h3>\n<ul>{items}{more}</ul>\n"


def _item(note: Note) -> str:
    detail = f": {esc(note.detail)}" if note.detail else ""
    return f"<li>{whose(note.who)}, {esc(note.lesson)}{detail}</li>"
