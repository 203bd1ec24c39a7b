"""The code cells of a learner's file, and running them: one that fails spares the others.

It runs beside the learner's code, in whichever process that is.
"""

import __future__

import ast
import asyncio
import inspect
import linecache
import re
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.attempt import TimeIsUp, describe, quiet, time_limit

SECONDS, PATIENCE = 20.0, 2.0  # of the processor, for a cell; and times as much by the clock
FUTURES = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


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
    flags: int = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # of the compiler; with what cells import of it


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
    _remember_source(file, cells)
    _running.append(file)
    try:
        with quiet(0):
            wanted = [i for i, cell in enumerate(cells) if not (cell.skipped or i in spare)]
            again = [i for i in wanted if isinstance(_run(i, cells[i], run, begin), NameError)]
            _run_again(again, cells, run, begin)
    finally:
        _running.pop()
    return run


def _run_again(
    numbers: list[int], cells: Sequence[Cell], run: Run, begin: Callable[[int], None]
) -> None:
    """Try cells again as long as that helps; what later cells define stays as it is."""
    left = len(numbers) + 1
    while len(numbers) < left:
        left, numbers_before, numbers = len(numbers), numbers, []
        for i in numbers_before:
            later = set[str]().union(*(names_of(cell.source) for cell in cells[i + 1 :]))
            kept = {name: run.namespace[name] for name in later & set(run.namespace)}
            if isinstance(_run(i, cells[i], run, begin), NameError):
                numbers.append(i)
            run.namespace.update(kept)


class _Notebook:
    """Stands for what only a running notebook has: every part of it is there, and does nothing."""

    def __getattr__(self, name: str) -> "_Notebook":
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: Any, **__: Any) -> "_Notebook":
        return self

    def __contains__(self, _: Any) -> bool:
        return False


def _module(name: str, file: str) -> types.ModuleType:
    """Make a module that pickle, dataclasses and inspect find."""
    module: Any = types.ModuleType(name)
    module.__file__ = file
    module.get_ipython = module.display = _Notebook()
    sys.modules[name] = module
    return module  # type: ignore[no-any-return]


def _remember_source(file: str, cells: Sequence[Cell]) -> None:
    """Let inspect find the classes of a notebook, which it looks for in the module's file."""
    if all(cell.file != file for cell in cells):
        sources = [cell.source for cell in cells if _parsed(cell.source) is not None]
        _remember("\n".join(sources), file)


def _remember(text: str, file: str) -> None:
    lines = [f"{line}\n" for line in text.split("\n")]  # and at no other sign
    linecache.cache[file] = (len(text), None, lines, file)


def _run(number: int, cell: Cell, run: Run, begin: Callable[[int], None]) -> BaseException | None:
    """Run one cell; remember what kept its names from being defined, and return it."""
    begin(number)
    run.failed.pop(number, None)
    try:
        with time_limit(SECONDS, PATIENCE):
            _execute(cell, run)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a learner's cell does, the next cell is run
        run.failed[number] = _why(error)
        for name in names_of(cell.source) - set(run.namespace):
            run.troubles[name] = run.failed[number]
        return error
    for name in names_of(cell.source):
        run.troubles.pop(name, None)
    return None


def _why(error: BaseException) -> str:
    said = describe(error)
    if not isinstance(error, TimeIsUp):
        return said
    _, comma, place = said.partition(", in line ")
    return f"It was stopped after {SECONDS:g} seconds{comma}{place}"


def _execute(cell: Cell, run: Run) -> None:
    """Compile a cell so that its lines have the numbers that they have in the file, and run it."""
    text = "\n" * (cell.first_line - 1) + cell.source
    if not Path(cell.file).exists():  # a notebook's cell: inspect and tracebacks look here
        _remember(text, cell.file)
    code = compile(text, cell.file, "exec", run.flags, dont_inherit=True)
    run.flags |= code.co_flags & FUTURES  # for the cells that follow, as in a notebook
    awaitable = eval(code, run.namespace)
    if inspect.iscoroutine(awaitable):
        asyncio.run(awaitable)


def names_of(source: str) -> set[str]:
    """Return what a cell defines, also where it cannot be parsed."""
    tree = _parsed(source)
    if tree is None:
        return set(re.findall(r"^(?:def|class)\s+(\w+)", source, re.MULTILINE))
    return set(_defined(tree))


def _parsed(source: str) -> ast.AST | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _defined(node: ast.AST) -> Iterator[str]:
    """Yield the names that are defined at the top, or within `if`, `try`, `for` and the like."""
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield part.name
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, ast.alias):
            yield part.asname or part.name.partition(".")[0]
        elif not isinstance(part, ast.Lambda):
            yield from _defined(part)


_running: list[str] = []  # files that are being run just now


def checks_are_off() -> bool:
    """Tell whether a file is being run to be graded: then `check` in its cells does nothing."""
    return bool(_running)
