"""A made-up class on lesson 3: notebooks as learners hand them in, no two of them the same.

Right and wrong answers are those of `tests/answers`; each is somebody's way to write the exercise.
"""

import ast
import copy
import random
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.release import LESSON_FILES, ROOT, SOLUTIONS
from autograder.syllabus import names_of

LESSON = "03_conv_layers"
ANSWERS = ROOT / "tests" / "answers"
SHARES = {"right": 0.55, "wrong": 0.25, "half": 0.10, "crash": 0.05, "loop": 0.03, "broken": 0.02}
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
ENDLESS = "i = 0\nwhile i < 10:\n    rest = 10 - i"
AT_TOP_LEVEL = 1 / 6  # of the loops; all others are in a function
CRASHES = (
    "exit()",
    "import ctypes\nctypes.string_at(0)",
    "import tensorflow as tf",
    "table = torch.empty(2**40)",
    "def relu(x):\n    return relu(x)",
)


@dataclass(frozen=True)
class HandedIn:
    """What one learner handed in."""

    learner: str
    kind: str
    content: bytes

    def write(self, submitted: Path, bare: bool = False) -> None:
        """Write it as nbgrader collects it; bare: without the experiments of the lesson."""
        folder = submitted / self.learner / LESSON
        folder.mkdir(parents=True)
        content = without_experiments(self.content) if bare else self.content
        (folder / f"{LESSON}.ipynb").write_bytes(content)


def made_class(count: int, seed: int) -> list[HandedIn]:
    """Return a class of that size; the same seed, the same class."""
    dice = random.Random(seed)
    kinds = [kind for kind, share in SHARES.items() for _ in range(round(share * count))]
    kinds += ["right"] * (count - len(kinds))
    dice.shuffle(kinds)
    return [_handed_in(number, kind, dice) for number, kind in enumerate(kinds[:count])]


def _handed_in(number: int, kind: str, dice: random.Random) -> HandedIn:
    learner = f"learner{number:05}"
    text = _written(_filled(_answers(kind, dice), learner))
    if kind == "broken":  # an upload that was cut off
        text = text[: dice.randrange(100, len(text) - 100)]
    return HandedIn(learner, kind, text.encode())


def _answers(kind: str, dice: random.Random) -> dict[str, str]:
    """Return what stands in the cells of the exercises that were begun."""
    names = names_of(LESSON)
    found = {name: dice.choice(_forms(name, "right")) for name in names}
    if kind == "half":
        return {name: found[name] for name in names[: dice.randint(2, 5)]}
    chosen = dice.choice(names)
    if kind == "wrong":
        for name in dice.sample(names, dice.randint(1, 4)):
            found[name] = dice.choice(_forms(name, "wrong"))
    elif kind == "crash":
        found[chosen] = f"{dice.choice(CRASHES)}\n\n\n{found[chosen]}"
    elif kind == "loop":
        found[chosen] = _endless(chosen, found[chosen], dice.random() < AT_TOP_LEVEL)
    return found


def _endless(name: str, answer: str, at_top_level: bool) -> str:
    if at_top_level:
        return f"{answer}\n\n\n{ENDLESS}"
    body = ENDLESS.replace("\n", "\n    ")
    return f"def {name}(*args, **options):\n    {body}"


@cache
def _forms(name: str, kind: str) -> list[str]:
    """Return the answers of a kind, without those that meddle with another exercise."""
    folder = ANSWERS / ("Conv2d_layer" if name == "Conv2d" else name)
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob(f"{kind}_*.py"))]
    others = set(names_of(LESSON)) - {name}
    return [text for text in texts if not others & _defined(text)]


def _defined(text: str) -> set[str]:
    """Return what it defines or imports: either would take the place of another cell's answer."""
    nodes = ast.parse(text).body
    imports = (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    names = {alias.asname or alias.name for node in imports for alias in node.names}
    return names | {node.name for node in nodes if hasattr(node, "name")}


# ---- notebooks -----------------------------------------------------------------------------------


def lesson_notebook(folder: Path = LESSON_FILES) -> Any:
    """Return the lesson as a notebook, as it was released, or solved."""
    import jupytext

    notebook = jupytext.read(folder / f"{LESSON}.py", fmt="py:percent")
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:03}"
    notebook.metadata = {"kernelspec": KERNEL}
    return notebook


def solved_text(bare: bool) -> str:
    """Return the solved lesson, which an instructor releases."""
    text = _written(lesson_notebook(SOLUTIONS))
    return without_experiments(text.encode()).decode() if bare else text


@cache
def _released() -> Any:
    return lesson_notebook()


def _filled(answers: dict[str, str], learner: str) -> Any:
    """Write answers into their cells, and the learner's name beside each."""
    notebook = copy.deepcopy(_released())
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell.source = f"# {learner}: {name}\n{answers[name]}"
    notebook.cells[0].source += f"\n\n{learner}"
    return notebook


def _written(notebook: Any) -> str:
    import nbformat

    return str(nbformat.writes(nbformat.from_dict(notebook)))


def without_experiments(content: bytes) -> bytes:
    """Leave out the cells that are there to play with; what is no notebook stays as it is."""
    import nbformat

    try:
        notebook = nbformat.reads(content.decode(), as_version=4)
    except Exception:  # it is broken
        return content
    notebook.cells = [c for c in notebook.cells if "experiment" not in c.metadata.get("tags", [])]
    return _written(notebook).encode()


def sample_of(submissions: Iterable[HandedIn], count: int) -> list[HandedIn]:
    """Return some in the same proportions, without loops: those are measured by themselves."""
    found, wanted = [], {kind: max(1, round(share * count)) for kind, share in SHARES.items()}
    wanted["loop"] = 0
    wanted["right"] += count - sum(wanted.values())
    for one in submissions:
        if wanted[one.kind] > 0:
            wanted[one.kind] -= 1
            found.append(one)
    return found
