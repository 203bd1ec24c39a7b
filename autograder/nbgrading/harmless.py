"""Learners' text, made harmless: instructors read it in pages of the server they are logged in to.

What a text becomes there is looked at, not what it says: it is rendered as those pages will render
it, and what comes out is cleaned by a list of what may be in it. A text that this changes nothing
of stays as it was written; any other is replaced by what is left of it. Pictures that are pasted
in or lie beside the notebook are shown, and none is loaded from elsewhere: the request would be the
instructor's.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from bleach import Cleaner
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TAGS = frozenset(
    "a b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s span "
    "strong sub sup table tbody td th thead tr u ul".split()
)
PLAIN = {
    "a": ("title",), "img": ("alt", "title", "width", "height"), "ol": ("start",),
    "td": ("colspan", "rowspan", "style"), "th": ("colspan", "rowspan", "style"),
}  # fmt: skip
LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
KINDS = "png|jpeg|gif|webp"  # of pictures: pasted in, or lying beside the notebook
PICTURE = re.compile(rf"data:image/({KINDS});base64,[A-Za-z0-9+/=\s]*|[\w-]+\.({KINDS}|jpg)")
COLOURS = re.compile(r"highlight|[a-z]{1,2}[0-9]?|language-[\w+#-]+|anchor-link")  # of code
HEADING = re.compile(r"h[1-6]")
BLANK = re.compile(r"\n(?=[^\S\n]*\n)")
FENCE = re.compile(r"`+|~+")
LONG = 20_000  # characters that are rendered: some take time by the square of their number
BOXES = {
    '<input class="task-list-item-checkbox" type="checkbox" disabled/>': "\N{BALLOT BOX}",
    '<input class="task-list-item-checkbox" type="checkbox" disabled checked/>':
        "\N{BALLOT BOX WITH CHECK}",
}  # fmt: skip


def harmless(source: str, attachments: Mapping[str, Any], taken: frozenset[str]) -> str:
    """Return markdown that is shown as this is, but for what could do something.

    No heading gets a name that is taken: formgrader finds what it shows by such names.
    """
    return _harmless(source, taken) if not attachments else _looked_at(source, attachments, taken)


@lru_cache(maxsize=4096)  # most of what learners hand in is the lesson's own
def _harmless(source: str, taken: frozenset[str]) -> str:
    return _looked_at(source, {}, taken)


def _looked_at(source: str, attachments: Mapping[str, Any], taken: frozenset[str]) -> str:
    if len(source) > LONG:
        return as_it_is(source)
    try:
        shown = _rendered(source, attachments)
        cleaned = _cleaner(taken).clean(shown)
    except Exception:  # a picture that is not there, or what no parser copes with
        return as_it_is(source)
    if _parts(shown) == _parts(cleaned):
        return source
    block = _as_one_block(cleaned)
    return block if _rendered(block, {}).strip() == block else as_it_is(source)


def as_it_is(source: str) -> str:
    """Return markdown that shows a text letter by letter."""
    longest = max((len(found) for found in FENCE.findall(source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{source}\n{fence}"


def _rendered(source: str, attachments: Mapping[str, Any]) -> str:
    """Return what nbconvert makes of it in a page."""
    renderer = IPythonRenderer(escape=False, attachments=dict(attachments))
    shown = MarkdownWithMath(renderer=renderer).render(source)
    for box, sign in BOXES.items():
        shown = shown.replace(box, sign)
    return shown


def _as_one_block(cleaned: str) -> str:
    """Return HTML that markdown leaves alone: one block, which a blank line would end."""
    return BLANK.sub("&#10;", f"<div>\n{cleaned.strip()}\n</div>")


@lru_cache(maxsize=16)
def _cleaner(taken: frozenset[str]) -> Cleaner:
    def allowed(tag: str, name: str, value: str) -> bool:
        if name == "id":
            return bool(HEADING.fullmatch(tag)) and value not in taken
        return _allowed(tag, name, value)

    return Cleaner(
        tags=TAGS, attributes=allowed, protocols={"http", "https", "mailto", "data"},
        css_sanitizer=CSSSanitizer(allowed_css_properties=["text-align"]),
    )  # fmt: skip


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return all(COLOURS.fullmatch(one) for one in value.split())
    if (tag, name) == ("a", "href"):
        return bool(LINK.match(value))
    if (tag, name) == ("img", "src"):
        return bool(PICTURE.fullmatch(value))
    return name in PLAIN.get(tag, ())


class _Parts(HTMLParser):
    """Notes what stands in a page, however it is written."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, value or "") for name, value in attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if self.parts and isinstance(self.parts[-1], list):
            self.parts[-1].append(data)
        else:
            self.parts.append([data])

    def handle_comment(self, data: str) -> None:
        self.parts.append({"hidden": data})

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)


def _parts(page: str) -> list[Any]:
    parser = _Parts()
    parser.feed(page)
    parser.close()
    return ["".join(part) if isinstance(part, list) else part for part in parser.parts]
