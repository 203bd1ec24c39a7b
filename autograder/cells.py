"""The code cells of a learner's file, and running them: one that fails spares the others.

It runs beside the learner's code, in whichever process that is.
"""

import ast
import linecache
import re
import sys
import types
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.attempt import describe, quiet, time_limit

SECONDS = 60.0  # of the processor, for a cell


@dataclass(frozen=True)
class Cell:
    """One code cell, and where it stands."""

    source: str
    file: str = ""
    first_line: int = 1
    skipped: bool = False  # it shows or checks, and defines nothing that is graded
    grade_id: str = ""


@dataclass
class Run:
    """What running the cells left behind."""

    namespace: dict[str, Any]
    troubles: dict[str, str] = field(default_factory=dict)  # by name: why it is not defined
    failed: dict[int, str] = field(default_factory=dict)  # by cell: what it raised


def run_cells(
    cells: Sequence[Cell],
    name: str,
    file: str,
    spare: Sequence[int] = (),
    begin: Callable[[int], None] = lambda _: None,
) -> Run:
    """Run cells, in order, as a module of that name; those to spare are left out.

    A cell that misses a name is tried again at the end, for cells may have changed places.
    """
    run = Run(_module(name, file).__dict__)
    _running.append(file)
    try:
        with quiet(0):
            wanted = [i for i, cell in enumerate(cells) if not (cell.skipped or i in spare)]
            again = [i for i in wanted if isinstance(_run(i, cells[i], run, begin), NameError)]
            for i in again:
                _run(i, cells[i], run, begin)
    finally:
        _running.pop()
    return run


def _module(name: str, file: str) -> types.ModuleType:
    """Make a module that pickle, dataclasses and inspect find."""
    module = types.ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    return module


def _run(number: int, cell: Cell, run: Run, begin: Callable[[int], None]) -> Exception | None:
    """Run one cell; remember what kept its names from being defined, and return it."""
    begin(number)
    run.failed.pop(number, None)
    try:
        with time_limit(SECONDS):
            exec(_compiled(cell), run.namespace)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a learner's cell does, the next cell is run
        run.failed[number] = describe(error)
        for name in names_of(cell.source) - set(run.namespace):
            run.troubles[name] = run.failed[number]
        return error if isinstance(error, Exception) else None
    for name in names_of(cell.source):
        run.troubles.pop(name, None)
    return None


def _compiled(cell: Cell) -> Any:
    """Compile a cell so that its lines have the numbers that they have in the file."""
    text = "\n" * (cell.first_line - 1) + cell.source
    if not Path(cell.file).exists():  # a notebook's cell: inspect and tracebacks look here
        linecache.cache[cell.file] = (len(text), None, text.splitlines(keepends=True), cell.file)
    return compile(text, cell.file, "exec")


def names_of(source: str) -> set[str]:
    """Return what a cell defines, also where it cannot be parsed."""
    try:
        nodes = ast.parse(source).body
    except (SyntaxError, ValueError):
        return set(re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE))
    defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in nodes if isinstance(node, defined)}
    assigned = (node.targets for node in nodes if isinstance(node, ast.Assign))
    return names | {t.id for targets in assigned for t in targets if isinstance(t, ast.Name)}


_running: list[str] = []  # files that are being run just now


def checks_are_off() -> bool:
    """Tell whether a file is being run to be graded: then `check` in its cells does nothing."""
    return bool(_running)
