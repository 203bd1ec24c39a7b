"""The leaderboard as it is shown: a table, a page, JSON."""

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.leaderboard.board import Row
from autograder.page import page
from autograder.texts import one_line, printable

SCHEMA = 1  # of the JSON
WIDTH = 80
WIDEST = 36  # characters of a name
HEADS = ("rank", "learner", "accuracy", "parameters", "CPU seconds")
RULE = (
    "Accuracy comes first, in whole per cent: with another seed a network reads about one per cent "
    "more or fewer. Then fewer parameters (all numbers that the network keeps), then fewer seconds "
    "of the processor, in whole seconds. Only the latest of each learner counts."
)
STYLE = """
table { border-collapse: collapse; width: 100%; }
th, td { text-align: right; padding: 0.3rem 0.6rem; border-bottom: 1px solid #8888; }
th:nth-child(2), td:nth-child(2) { text-align: left; overflow-wrap: anywhere; }
thead { display: table-header-group; }
tr, li { break-inside: avoid; }
"""


@dataclass(frozen=True)
class Board:
    """What was measured, and by which rules."""

    rows: Sequence[Row]
    seed: int
    data: str
    course: str
    isolation: str = "full"
    older: int = 0
    left_out: list[str] = field(default_factory=list)

    @property
    def about(self) -> str:
        """Return what all had in common."""
        room = "" if self.isolation == "full" else f", isolation: {self.isolation}"
        older = f" {self.older} older ones were left out." if self.older else ""
        return f"Data {self.data}, seed {self.seed}, course {self.course}{room}.{older}"


def _cells(row: Row) -> tuple[str, ...]:
    found = row.result
    return (
        str(row.rank), one_line(row.entry.learner, WIDEST), f"{found.accuracy:.1%}",
        f"{found.parameters:,}", f"{found.seconds:.1f}",
    )  # fmt: skip


def _failures(board: Board) -> list[str]:
    return [
        f"{one_line(row.entry.learner, WIDEST)}: {one_line(row.result.why)}"
        for row in board.rows
        if not row.rank
    ]


def as_table(board: Board) -> str:
    """Return what a terminal shows: 80 columns."""
    rows = [_cells(row) for row in board.rows if row.rank]
    lines = [_line(HEADS), *map(_line, rows)] if rows else ["Nobody has a place yet."]
    lines += ["", textwrap.fill(RULE, WIDTH), textwrap.fill(board.about, WIDTH)]
    for title, texts in (("Not ranked:", _failures(board)), ("Left out:", board.left_out)):
        if texts:
            lines += ["", title, *map(_item, texts)]
    return printable("\n".join(lines))


def _line(cells: Sequence[str]) -> str:
    rank, learner, *numbers = cells
    accuracy, parameters, seconds = numbers
    return f"{rank:>4}  {learner:<{WIDEST + 2}}{accuracy:>9}{parameters:>12}{seconds:>13}"


def _item(text: str) -> str:
    return textwrap.fill(
        one_line(text), WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )


def as_html(board: Board) -> str:
    """Return one page that needs no other file."""
    head = "".join(f'<th scope="col">{name}</th>' for name in HEADS)
    rows = [[html.escape(cell) for cell in _cells(row)] for row in board.rows if row.rank]
    body = "\n".join(f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" for cells in rows)
    lists = _list("Not ranked", _failures(board)) + _list("Left out", board.left_out)
    return page("Leaderboard", f"""<h1>Leaderboard</h1>
<table>
<thead><tr>{head}</tr></thead>
<tbody>
{body}
</tbody>
</table>
<p>{html.escape(RULE)}</p>
{lists}<footer><small>{html.escape(board.about)}</small></footer>
""", STYLE)  # fmt: skip


def _list(title: str, texts: Sequence[str]) -> str:
    items = "".join(f"<li>{html.escape(one_line(text))}</li>" for text in texts)
    return f"<h2>{title}</h2>\n<ul>{items}</ul>\n" if texts else ""


def as_json(board: Board) -> dict[str, Any]:
    """Return the object that `--json` writes."""
    return {
        "schema": SCHEMA, "seed": board.seed, "data": board.data, "course": board.course,
        "isolation": board.isolation,
        "ranked": [_row(row) for row in board.rows if row.rank],
        "unranked": [{**_who(row), "why": row.result.why} for row in board.rows if not row.rank],
        "older": board.older, "left_out": board.left_out,
    }  # fmt: skip


def _who(row: Row) -> dict[str, Any]:
    submission = row.entry.submission
    return {
        "learner": row.entry.learner, "path": str(submission.path), "sha256": submission.sha256
    }  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    found = row.result
    measures = {"accuracy": found.accuracy, "parameters": found.parameters,
                "seconds": round(found.seconds, 2)}  # fmt: skip
    return {"rank": row.rank, **_who(row), **measures}
