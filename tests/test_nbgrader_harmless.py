"""What a learner writes does nothing in the pages in which an instructor reads it."""

import base64
import copy
from html.parser import HTMLParser

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert import HTMLExporter
from nbgrader_course import HOSTILE, what_may_act

from autograder.nbgrading import harmless as module
from autograder.nbgrading import notebooks
from autograder.nbgrading.harmless import harmless

EXPORTER = HTMLExporter(template_name="classic")
TAKEN = frozenset({"check-relu", "check-relu_extra_credit"})
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
PICTURES = {
    "a.png": {"image/png": PNG}, "s.svg": {"image/svg+xml": "PHN2Zz4="},
    "h": {"text/html": "PHNjcmlwdD4="}, "q": {'x" onerror="alert(1)': "x"},
}  # fmt: skip
LEGITIMATE = [
    "# Why a *kernel* is not `flipped`\n\n> quoted, $a<b$\n\n$$\\sum_{i<j} x_i & y_j$$",
    "\\begin{align}a & b < c\\end{align}\n\n- one\n- two\n\n1. first\n\n---\n\nterm\n: meaning",
    "| a | b |\n|---|---|\n| 1 < 2 | ~~3~~ |",
    "![a plot](attachment:a.png)",
    "![the instructor's](jupyter.png)",
    "[a page](https://example.org/x?y=1&z=2), <https://example.org> and me@example.org",
    "```python\nif a < b:\n\n\n    print('<script>')\n```\n\nH<sub>2</sub>O<br>and <b>bold</b>",
]


def shown(source, attachments=()):
    """Return what stands in a page."""
    cell = nbformat.v4.new_markdown_cell(source, attachments=dict(attachments))
    return EXPORTER.from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))[0]


@pytest.mark.parametrize("source", LEGITIMATE)
def test_what_does_nothing_stays_letter_by_letter(source):
    assert harmless(source, {"a.png": PICTURES["a.png"]}, TAKEN) == source
    assert harmless(source.replace("attachment:a.png", "#"), {}, TAKEN)


def test_tables_that_are_aligned_and_lists_to_tick_look_as_before():
    table = harmless("| a |\n|:-:|\n| $x$ |", {}, TAKEN)
    assert '<td style="text-align:center;">$x$</td>' in shown(table).replace('center"', 'center;"')
    assert "\N{BALLOT BOX WITH CHECK}done" in shown(harmless("- [x] done", {}, TAKEN))


@pytest.mark.parametrize("source", HOSTILE)
def test_nothing_that_acts_is_left(source):
    found = harmless(source, PICTURES, TAKEN)
    assert what_may_act(shown(found, PICTURES)) == what_may_act(shown("harmless"))


def test_the_list_of_what_acts_is_no_list_of_what_does_not():
    """Each of them does act where nobody looks at it, or cannot be shown at all."""
    nothing = what_may_act(shown("harmless"))
    for source in HOSTILE:
        try:
            assert what_may_act(shown(source, PICTURES)) != nothing, source
        except Exception as error:
            assert "missing attachment" in str(error), source


PIECES = [
    *"<>\"'=/ \n`$[]()!&#*_~|:-x", "a", "script", "img", "onload", "src", "href", "javascript:",
    "attachment:a.png", "<!--", "-->", "files/", "style", "&#106;", "\n\n", "<div>", "</div>",
    "<svg", "<a ", "<b>", "$$", "check-relu", "<script>", "onerror=alert(1)", "<img src=x ", "[x](",
]  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=24))
def test_whatever_is_put_together_nothing_acts(parts):
    found = harmless("".join(parts), {"a.png": PICTURES["a.png"]}, TAKEN)
    assert what_may_act(shown(found, PICTURES)) == NOTHING


NOTHING = what_may_act(shown("harmless"))


class Depth(HTMLParser):
    """Counts what is open."""

    def __init__(self, page):
        super().__init__()
        self.open = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        assert isinstance(attrs, list)
        self.open += tag != "br"

    def handle_endtag(self, tag):
        self.open -= bool(tag)


@pytest.mark.parametrize(
    "source", ["<s>", "<div>", "</div></div>", "<!--", "a <!-- b --> c", "<table>"]
)
def test_nothing_reaches_beyond_its_cell(source):
    found = harmless(source, {}, TAKEN)
    assert Depth(found).open == 0 and "<!--" not in found
    assert shown(found).count("<div") == shown(found).count("</div")


def test_blank_lines_do_not_end_what_is_left():
    found = harmless("<script>\n</script>\n\n```\nq\n\n\nz\n```", {}, TAKEN)
    assert "<pre>" in found and "```" not in found and "\n\n" not in found


def test_what_would_become_something_else_is_shown_as_it_is(monkeypatch):
    monkeypatch.setattr(module, "_as_one_block", lambda cleaned: f"{cleaned}\n\n[x](evil.html)")
    assert harmless("<script>2</script>", {}, TAKEN) == "```\n<script>2</script>\n```"


def test_a_text_that_is_too_long_to_be_looked_at_is_shown_as_it_is():
    text = "```\n" + "<script>" * 5000
    found = harmless(text, {}, TAKEN)
    assert text in found and what_may_act(shown(found)) == NOTHING


def mark(name, source, locked=False):
    return notebooks.Mark(name, "markdown", source, "sum", locked, 3.0, True, False)


def test_what_was_released_is_the_instructors_and_raw_text_is_shown_as_text():
    theirs, script = "<video src='x'></video>", "<script>alert(1)</script>"
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(theirs, metadata={"nbgrader": {"grade_id": "why"}}),
            nbformat.v4.new_markdown_cell(script),
            nbformat.v4.new_raw_cell(script, metadata={"raw_mimetype": "text/html"}),
        ]
    )
    again = copy.deepcopy(notebook)
    cells = notebooks.restored(notebook, {"why": mark("why", theirs)}).cells
    assert cells[0].source == theirs and "<script" not in cells[1].source
    assert cells[2].cell_type == "markdown" and cells[2].source == f"```\n{script}\n```"
    changed = notebooks.restored(again, {"why": mark("why", "Why?")}).cells
    assert "<video" not in changed[0].source


def test_much_text_is_shown_as_it_is(monkeypatch):
    monkeypatch.setattr(notebooks, "MOST_TEXT", 10)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("*more* than ten")])
    assert notebooks.restored(notebook, {}).cells[0].source.startswith("```\n*more*")
