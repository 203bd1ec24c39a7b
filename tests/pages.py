"""Commands that pages of the course tell people to type: read, typed, and what they print compared.

A page shows what a command prints below it, after `$ `. In that, `…` is anything within a line; a
line of `…` alone is any number of lines.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
ANY = "…"


@dataclass(frozen=True)
class Typed:
    """A command, and what the page says that it prints: None where it says nothing about that."""

    line: str
    shown: str | None = None


def indented(text: str) -> list[Typed]:
    """Return the commands of a page that sets them in by four spaces, outside of fences."""
    lines = FENCE.sub("", text).split("\n")
    return [Typed(line[4:]) for line in lines if re.match(r"    \S", line)]


def fences(text: str) -> list[tuple[str, str]]:
    """Return the kind and the text of each fenced block; a fence that is not closed is no page."""
    assert "```" not in FENCE.sub("", text), "a fence is not closed, or not at the margin"
    return FENCE.findall(text)


def fenced(text: str) -> list[Typed]:
    """Return the commands in a page's blocks of kind `sh`, and those after `$ ` in `console`."""
    found = []
    for kind, block in fences(text):
        if kind == "sh":
            found += [Typed(line) for line in block.splitlines() if line]
        elif kind == "console":
            start, *parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
            assert parts and not start, f"a console begins with $: {block}"
            found += [Typed(*part.split("\n", 1)) for part in parts]
    return found


def fits(shown: str, said: str) -> bool:
    """Tell whether a command printed what a page shows."""
    lines = [
        r"(?:.*\n)*?" if line == ANY else re.escape(line.rstrip()).replace(ANY, ".*") + r"[ \t]*\n"
        for line in shown.splitlines()
    ]
    return (
        re.fullmatch("".join(lines), "".join(f"{line}\n" for line in said.splitlines())) is not None
    )


class Shell:
    """What somebody types into: the folder and the variables stay from command to command."""

    def __init__(self, folder: Path, env: dict[str, str], place: Path) -> None:
        self.folder, self.env = folder, env
        self.state = place / "state-of-the-shell"

    def type(self, line: str, limit: float = 300) -> tuple[int, str]:
        """Type a line; return how it ended, and what it printed, errors included."""
        after = f'code=$?; {{ printf "%s\\0" "$PWD"; env -0; }} > "{self.state}"; exit $code'
        self.state.unlink(missing_ok=True)
        done = subprocess.run(
            ["bash", "-c", f"{line}\n{after}"], cwd=self.folder, env=self.env, timeout=limit,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        folder, *variables = self.state.read_text().split("\0")[:-1]
        self.folder = Path(folder)
        self.env = dict(pair.split("=", 1) for pair in variables)
        return done.returncode, done.stdout.decode(errors="replace")


def demand_elsewhere(lines: set[str], table: dict[str, tuple[str, str]]) -> None:
    """Demand that each command in a table is on the page, and is run where the table says."""
    assert lines >= set(table)
    for file, evidence in table.values():
        assert evidence in (ROOT / file).read_text(), file
