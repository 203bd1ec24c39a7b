"""A lesson's file as parts, to be changed in some and left as it is in all others.

A part of a `.py` is what stands from one `# %%` to the next; of a notebook it is a cell. Nothing
is run or parsed as Python: what a learner wrote may be anything.
"""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograder.submission import CONFLICT, HEADER
from mnist_course.errors import CourseError

BOM = b"\xef\xbb\xbf"


class DamagedFileError(CourseError):
    """The file cannot be taken apart safely: the text says why."""


@dataclass(frozen=True)
class Part:
    """A cell, or what stands above the first one (`top`)."""

    source: str
    kind: str = "code"  # or markdown, raw, top
    tags: tuple[str, ...] = ()
    marks: dict[str, Any] = field(default_factory=dict)  # nbgrader's
    head: str = ""  # its line `# %%`; without one it is made when it is written
    line: int = 0  # of a script: where it begins, from 1
    cell: dict[str, Any] | None = None  # of a notebook

    @property
    def text(self) -> str:
        """Return what counts in a comparison: without the empty lines around."""
        return re.sub(r"[ \t]+$", "", self.source, flags=re.MULTILINE).strip("\n")

    @property
    def grade_id(self) -> str:
        """Return nbgrader's name of it, or ''."""
        return str(self.marks.get("grade_id") or "")

    @property
    def is_solution(self) -> bool:
        """Tell whether a learner's answer belongs here."""
        return bool(self.grade_id and self.marks.get("solution"))

    @property
    def is_check(self) -> bool:
        """Tell whether it checks an answer."""
        return bool(self.grade_id and self.marks.get("grade") and not self.is_solution)

    def same(self, other: "Part") -> bool:
        """Tell whether two parts say the same, and have the same marks."""
        mine, others = (self.text, self.kind, self.tags), (other.text, other.kind, other.tags)
        return mine == others and self.marks == other.marks


@dataclass(frozen=True)
class Script:
    """A `.py` file, taken apart."""

    parts: list[Part]
    newline: str = "\n"
    bom: bool = False
    lines: list[str] = field(default_factory=list)  # as they are, with their ends

    def written(self, parts: Sequence[Part]) -> bytes:
        """Return the file with other parts, its line ends and its mark of order kept."""
        texts = [_with_head(part) for part in parts]
        for number, text in enumerate(texts[:-1]):
            if text and not text.endswith("\n\n"):
                texts[number] = text.rstrip("\n") + "\n\n"
        return self.encoded("".join(texts).rstrip("\n") + "\n")

    def encoded(self, text: str) -> bytes:
        """Return text as bytes of this file."""
        return (BOM if self.bom else b"") + text.replace("\n", self.newline).encode()

    def spliced(self, first: int, last: int, parts: Sequence[Part]) -> "Script":
        """Return it with parts in the place of others; every other byte stays."""
        texts = [_with_head(part) for part in parts]
        start = self._begin(first)
        before = "".join(self.lines[:start])
        if texts and before and not before.endswith(("\n", "\r")):
            texts[0] = f"\n\n{texts[0]}"
        put = "".join(texts).replace("\n", self.newline)
        text = before + put + "".join(self.lines[self._begin(last) :])
        return replace(script_of(text), bom=self.bom)

    def _begin(self, number: int) -> int:
        return self.parts[number].line - 1 if number < len(self.parts) else len(self.lines)

    def content(self) -> bytes:
        """Return its bytes, as they are."""
        return (BOM if self.bom else b"") + "".join(self.lines).encode()


def _with_head(part: Part) -> str:
    if part.kind == "top":
        return part.source
    if part.head:
        return f"{part.head}\n{part.source}"
    head, text = "# %%", part.source.strip("\n")
    if part.kind != "code":
        head += f" [{part.kind}]"
        text = "\n".join(f"# {line}".rstrip() for line in text.split("\n"))
    for key, found in (("nbgrader", part.marks), ("tags", list(part.tags))):
        head += f" {key}={json.dumps(found)}" if found else ""
    return f"{head}\n{text}\n\n"


def script_of(text: str) -> Script:
    """Take a script apart at its lines `# %%`; line ends are those of most lines."""
    newline = max(("\n", "\r\n", "\r"), key=lambda end: _count(text, end))
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
    plain = [line.rstrip("\r\n") + ("\n" if line[-1] in "\r\n" else "") for line in lines]
    starts = [i for i, line in enumerate(plain) if HEADER.match(line.rstrip("\n"))]
    parts = [Part("".join(plain[: starts[0]] if starts else plain), "top", line=1)]
    for start, end in pairwise([*starts, len(plain)]):
        parts.append(
            _script_part(plain[start].rstrip("\n"), "".join(plain[start + 1 : end]), start)
        )
    return Script(parts, newline, lines=lines)


def _count(text: str, end: str) -> int:
    pairs = text.count("\r\n")
    return pairs if end == "\r\n" else text.count(end) - pairs


def _script_part(head: str, source: str, start: int) -> Part:
    kind = re.search(r"\[(markdown|md|raw)\]", head.partition("=")[0])
    name = {"md": "markdown"}.get(kind[1], kind[1]) if kind else "code"
    found = {key: _json_behind(f"{key}=", head) for key in ("tags", "nbgrader")}
    return Part(source, name, *_marks(found["tags"], found["nbgrader"]), head, start + 1)


def _json_behind(key: str, head: str) -> Any:
    _, there, rest = head.partition(key)
    try:
        return json.JSONDecoder().raw_decode(rest)[0] if there else None
    except (ValueError, RecursionError):  # changed by hand: then it is a cell like any
        return None


def _marks(tags: Any, marks: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    kept = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return kept, dict(marks) if isinstance(marks, dict) else {}


# ---- notebooks -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Notebook:
    """A notebook of today's format, taken apart."""

    parts: list[Part]
    frame: dict[str, Any]  # all of it but the cells

    def written(self, parts: Sequence[Part]) -> bytes:
        """Return the notebook with other parts; a cell that did not change keeps its output."""
        minor = self.frame.get("nbformat_minor")
        ids = isinstance(minor, int) and minor >= 5
        taken = set[str]()
        cells = [_cell(part, ids, taken) for part in parts]
        return json_bytes({**self.frame, "cells": cells})

    def spliced(self, first: int, last: int, parts: Sequence[Part]) -> "Notebook":
        """Return it with parts in the place of others."""
        found = [*self.parts[:first], *parts, *self.parts[last:]]
        return replace(self, parts=found)

    def content(self) -> bytes:
        """Return its bytes."""
        return self.written(self.parts)


def json_bytes(found: Any) -> bytes:
    """Write JSON as notebooks have it."""
    try:
        return (json.dumps(found, indent=1, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:  # half a character in an output
        return (json.dumps(found, indent=1) + "\n").encode()


def _cell(part: Part, ids: bool, taken: set[str]) -> dict[str, Any]:
    """Return a part as a cell of JSON."""
    was = part.cell or {}
    if was.get("cell_type") != part.kind:  # what else it held is not of this kind
        was = {key: was[key] for key in ("id", "metadata") if key in was}
    cell: dict[str, Any] = {**was, "cell_type": part.kind}
    there = {"tags": list(part.tags), "nbgrader": part.marks}
    metadata = dict(cell.get("metadata") or {})
    for key, found in there.items():
        if found:
            metadata[key] = found
        elif metadata.get(key):
            del metadata[key]
    cell["metadata"] = metadata
    if "source" not in was or _source(was) != part.source:
        cell["source"] = part.source.strip("\n").splitlines(keepends=True)
        if part.kind == "code":
            cell |= {"execution_count": None, "outputs": []}
    if not ids:
        cell.pop("id", None)
    elif not isinstance(cell.get("id"), str) or cell["id"] in taken:
        cell["id"] = secrets.token_hex(4)
    taken.add(cell.get("id", ""))
    return cell


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source")
    return "".join(source) if isinstance(source, list) else str(source or "")


def notebook_of(text: str) -> Notebook:
    """Take a notebook apart; say so if it is none, or one of long ago."""
    try:
        found = json.loads(text)
        if found.get("nbformat", 4) < 4:
            raise DamagedFileError("it is of an old format: open it in JupyterLab and save it")
        parts = [_notebook_part(cell) for cell in found.pop("cells")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedFileError("it is not a whole notebook") from error
    return Notebook(parts, found)


def _notebook_part(cell: dict[str, Any]) -> Part:
    metadata = cell.get("metadata") or {}
    marks = _marks(metadata.get("tags"), metadata.get("nbgrader"))
    return Part(_source(cell), cell["cell_type"], *marks, cell=cell)


# ---- either --------------------------------------------------------------------------------------

Sheet = Script | Notebook


def taken_apart(content: bytes, suffix: str) -> Sheet:
    """Take a file apart; say why it cannot be done safely, if it cannot."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedFileError("it is not UTF-8 text") from error
    if CONFLICT.search(text.replace("\r\n", "\n")):
        raise DamagedFileError("it holds merge-conflict markers")
    if suffix == ".ipynb":
        return notebook_of(text)
    script = script_of(text)
    if len(script.parts) == 1:
        raise DamagedFileError("it has no cells: no line of it begins with `# %%`")
    return replace(script, bom=content.startswith(BOM))


def sheet_of(text: str, suffix: str) -> Sheet:
    """Take a lesson's text apart as a file of that kind would have it."""
    return notebook_of(as_notebook(text)) if suffix == ".ipynb" else script_of(text)


def as_notebook(text: str) -> str:
    """Return a lesson's text as a notebook."""
    import jupytext

    found: str = jupytext.writes(jupytext.reads(text, fmt="py:percent"), fmt="ipynb")
    return found


def content_of(text: str, suffix: str) -> bytes:
    """Return a lesson's text as the bytes of a file of that kind."""
    return (as_notebook(text) + "\n" if suffix == ".ipynb" else text).encode()


def read_sheet(path: Path) -> Sheet:
    """Take a learner's file apart."""
    return taken_apart(path.read_bytes(), path.suffix.lower())
