"""Record ten minutes of a learner, in a real terminal: the text and the picture of the README.

python tools/record.py            write both anew
python tools/record.py --check    say whether the README is what a recording gives today
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pexpect
from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "book" / "terminal.svg"
MARKS = "<!-- recording -->", "<!-- /recording -->"
WIDTH, SEED = 80, "4"
FLIPPED = ROOT / "tests" / "answers" / "conv2d" / "wrong_flipped.py"
UNFOLD = ROOT / "tests" / "answers" / "conv2d" / "right_unfold.py"
MAIN = "import sys; from autograder.cli import main; sys.exit(main())"
# What is typed; and, in between, what an editor writes into the cell of conv2d.
SESSION: tuple[str | Path, ...] = (
    "autograder", FLIPPED, f"autograder check --seed {SEED}", "autograder hint",
    UNFOLD, f"autograder check conv2d --seed {SEED}", "autograder list 3",
)  # fmt: skip
PICTURED = SESSION[2]
SVG = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>A terminal: the autograder names a flipped kernel, and says what to look at.</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px ui-monospace, Menlo, Consolas, monospace; }}
.{unique_id}-title {{ font: 18px sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g></g></svg>
"""


def main() -> None:
    """Record, then write or compare."""
    said = recorded()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    new = with_recording(readme, said)
    if "--check" in sys.argv:
        sys.exit(None if new == readme else "README.md: run python tools/record.py")
    (ROOT / "README.md").write_text(new, encoding="utf-8", newline="\n")
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(said), encoding="utf-8", newline="\n")


def recorded() -> list[tuple[str, str]]:
    """Live through the session in a fresh clone; return what was typed, and what came."""
    said = []
    with tempfile.TemporaryDirectory() as folder:
        clone = fresh_clone(Path(folder))
        environment = learners_environment(Path(folder), clone)
        for step in SESSION:
            if isinstance(step, Path):
                save(clone / "lessons" / "03_conv_layers.py", "conv2d", step)
                said.append((f"(conv2d is written, {remark(step)}, and saved)", ""))
            else:
                said.append((f"$ {step}", typed(step, clone, environment)))
    return said


def fresh_clone(folder: Path) -> Path:
    """Copy what git knows of, as it is now, and make it a clone of its own."""
    clone = folder / "mnist-course"
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
        capture_output=True, check=True,
    ).stdout.decode().split("\0")  # fmt: skip
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    return clone


def learners_environment(home: Path, clone: Path) -> dict[str, str]:
    """Return what a learner's terminal knows: nothing of the one who records."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(clone), "TERM": "xterm-256color",
            "AUTOGRADER_HELPER": "0", "LC_ALL": "C.UTF-8"}  # fmt: skip


def typed(line: str, clone: Path, environment: dict[str, str]) -> str:
    """Run a command in a terminal of 80 columns; return all that it showed."""
    command = [sys.executable, "-c", MAIN, *shlex.split(line)[1:]]
    shown = pexpect.run(
        shlex.join(command), cwd=str(clone), env=environment, timeout=120, encoding="utf-8",
        dimensions=(60, WIDTH),
    )  # fmt: skip
    lines = [line.rstrip() for line in str(shown).replace("\r\n", "\n").split("\n")]
    text = re.sub(r"(clones/mnist-course)-[0-9a-f]{8}", r"\1-…", "\n".join(lines).rstrip())
    return re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "today", text)


def save(lesson: Path, name: str, answer: Path) -> None:
    """Put an answer into its cell, as an editor does."""
    code = "".join(line for line in answer.read_text().splitlines(True) if line[0] != "#")
    pattern = re.compile(rf'("grade_id": "{name}"[^\n]*\n).*?(?=\n\n\n# %%)', re.DOTALL)
    text, times = pattern.subn(lambda found: found[1] + code.strip(), lesson.read_text())
    assert times == 1, f"{name} has no cell"
    lesson.write_text(text)


def remark(answer: Path) -> str:
    """Return in words what was written."""
    return "with the kernel flipped" if answer == FLIPPED else "without flipping the kernel"


def with_recording(readme: str, said: list[tuple[str, str]]) -> str:
    """Return the README with the recording between its marks."""
    before, _, rest = readme.partition(MARKS[0])
    _, found, after = rest.partition(MARKS[1])
    assert found, "the README has no place for the recording"
    blocks = [f"{line}\n{Text.from_ansi(text).plain}".strip() for line, text in said]
    body = "\n\n".join(blocks)
    return f"{before}{MARKS[0]}\n```text\n{body}\n```\n{MARKS[1]}{after}"


def picture(said: list[tuple[str, str]]) -> str:
    """Draw the moment at which the mistake is named."""
    (text,) = [text for line, text in said if line == f"$ {PICTURED}"]
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w"))  # noqa: SIM115, PTH123
    console.print(f"$ {PICTURED}", style="bold", highlight=False)
    console.print(Text.from_ansi(text))
    return console.export_svg(title="conv2d", code_format=SVG, unique_id="terminal")


if __name__ == "__main__":
    main()
