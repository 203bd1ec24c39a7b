"""Takes out of a notebook's cell what only a notebook understands; nothing of it is parsed.

A line that begins with `%`, `!` or `?` is a magic only where a statement may begin: within
brackets, in a long string or behind a backslash it is a formula or a text, and stays.
"""

import re
from collections.abc import Iterator

OTHER_LANGUAGE = re.compile(
    r"\s*%%(!|bash|cmd|cython|file|html|javascript|js|julia|latex|markdown|perl|pypy|python2|r|"
    r"ruby|script|sh|shell|sql|svg|sx|system|writefile)(\s|$)",
    re.IGNORECASE,
)
MAGIC = re.compile(r"[ \t]*(?:[%!]|\?{1,2}[\w.]|[\w.]+\?{1,2}[ \t]*$)")
ASSIGNED = re.compile(r"([ \t]*[\w.,][\w., ]*=[ \t]*)[%!]")  # files = !ls
PART = re.compile(r"""\"\"\"|'''|\\.|["'#]|[(\[{]|[)\]}]""", re.DOTALL)
OPENING, CLOSING = "([{", ")]}"


def plain_python(source: str) -> str:
    """Return the cell as Python, its lines at their places; nothing, where it is no Python."""
    if OTHER_LANGUAGE.match(source):
        return ""
    return "\n".join(_plain_lines(source.split("\n")))


def _plain_lines(lines: list[str]) -> Iterator[str]:
    string, depth, joined = "", 0, False  # the long string, the brackets and the line that are open
    for line in lines:
        begins = not (string or depth or joined)
        if begins and (plain := _without_magic(line)) is not None:
            yield plain
            continue
        string, depth = _left_open(line, string, depth)
        joined = line.endswith("\\") and not string
        yield line


def _without_magic(line: str) -> str | None:
    """Return what stands for a line with a magic, or None if there is none in it."""
    if MAGIC.match(line):
        return line[: len(line) - len(line.lstrip())] + "pass"
    if found := ASSIGNED.match(line):
        return found[1] + "None"
    return None


def _left_open(line: str, string: str, depth: int) -> tuple[str, int]:
    """Return the quotes and the number of brackets that are open behind a line."""
    for part in PART.findall(line):
        if string:
            string = "" if part == string else string
        elif part == "#":
            break
        elif part[0] in "\"'":
            string = part
        else:
            depth += (part in OPENING) - (part in CLOSING)
    return (string if len(string) == 3 else ""), max(depth, 0)
