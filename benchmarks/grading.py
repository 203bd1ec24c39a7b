"""What grading costs: this engine beside nbgrader and otter-grader, on the same lesson.

python -m benchmarks.grading [--submissions N] [--otter PYTHON]

Each grades honest answers to lesson 3, with the same checks. The learner's own computing is
measured by itself, and taken off: what is left is what the grader costs. CPU seconds count all
processes; --otter names the Python of an environment that has otter-grader and the course.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

LESSON = "03_conv_layers"
ROOT = Path(__file__).parent.parent
SOLUTION = ROOT / "solutions" / f"{LESSON}.py"
CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "course"\n'


def main() -> None:
    """Measure everything, one after the other, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--otter", default="", metavar="PYTHON")
    args = parser.parse_args()
    own = learners_own()
    print(f"A learner's own computing: {own:.3f} CPU s a submission\n")
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}{'beyond the learner':>20}")
    rows = {
        "this engine, one of many": lambda: of_many(args.submissions),
        "this engine, 100 small ones": lambda: of_many(100, small=True),
        "this engine, a command for one": lambda: a_command(
            [sys.executable, "-m", "autograder.cli"]
        ),
        "nbgrader, in a batch of ten": nbgrader,
    }
    if args.otter:
        rows["otter-grader, a command for one"] = lambda: otter(args.otter)
    found = {}
    for name, measure in rows.items():
        cpu, wall = measure()
        beyond = cpu - (own if "small" not in name else 0.0)
        found[name] = beyond
        print(f"{name:34}{cpu:8.3f}{wall:8.3f}{beyond:20.3f}", flush=True)
    ratio = found["nbgrader, in a batch of ten"] / found["this engine, one of many"]
    print(f"\nnbgrader costs {ratio:.0f} times the CPU, beyond the learner's own computing.")
    print(f"Private memory of a guest: {private_memory() / 2**20:.0f} MB.")


def spent() -> float:
    """Return the CPU seconds of this process and of all that have ended."""
    found = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in found)


def measured(action: Callable[[], Any]) -> tuple[float, float]:
    """Return CPU and wall seconds of an action."""
    cpu, wall = spent(), time.monotonic()
    action()
    return spent() - cpu, time.monotonic() - wall


def learners_own() -> float:
    """Return what trying the solution takes in this process, when all else is worked out."""
    import torch

    from autograder.exercises import exercises_of
    from autograder.key import Key
    from autograder.submission import run

    torch.set_num_threads(1)
    found, key = run(SOLUTION), Key(1)
    times = [measured(lambda: _tried(exercises_of(LESSON), found, key))[0] for _ in range(4)]
    return sorted(times[1:])[1]


def _tried(exercises: Any, found: Any, key: Any) -> None:
    from autograder.runner import InProcess

    runner = InProcess(found.namespace, found.troubles)
    for exercise in exercises:
        for case in exercise.cases:
            runner.run(exercise, case, key.inputs(exercise, case), key.luck(case))


# ---- this engine ---------------------------------------------------------------------------------


def of_many(count: int, small: bool = False) -> tuple[float, float]:
    """Return what one of many costs: the zygote starts once, and is not counted."""
    nothing, _ = measured(lambda: _graded(0, small))
    cpu, _ = measured(lambda: _graded(count, small))
    return (cpu - nothing) / count, _wall / count


_wall = 0.0  # of the submissions alone


def _graded(count: int, small: bool) -> None:
    global _wall
    from autograder.key import Key
    from autograder.marking import mark
    from autograder.sandbox.host import Zygote
    from autograder.submission import read
    from autograder.syllabus import names_of

    with tempfile.TemporaryDirectory() as folder, Zygote(LESSON, set(names_of(LESSON))) as zygote:
        path = Path(folder) / f"{LESSON}.py"
        path.write_text(SMALL if small else SOLUTION.read_text())
        zygote.wait()
        key, submission, began = Key(1), read(path), time.monotonic()
        for _ in range(count):
            mark(submission, LESSON, zygote, key)
        _wall = time.monotonic() - began


SMALL = """
def relu(x):
    return x.clamp(min=0)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    if min(size, kernel_size, stride) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("it does not fit")
    return (size + 2 * padding - kernel_size) // stride + 1
"""


def a_command(command: list[str]) -> tuple[float, float]:
    """Return what grading one file by the command costs, all start-up included."""
    line = [*command, "grade", str(SOLUTION)]
    return measured(lambda: subprocess.run(line, check=True, capture_output=True))


def private_memory() -> int:
    """Return what a guest holds for itself alone when it has loaded a file without any code."""
    from autograder.sandbox.guests import Guest
    from autograder.sandbox.host import Zygote

    empty = {"do": "load", "module": "m", "file": "m.py", "text": "", "cells": [], "spare": []}
    with Zygote(LESSON, set()) as zygote:
        zygote.wait()
        guest = Guest(zygote)
        guest.ask(empty, 10, 60)
        found = _private(_youngest(zygote.process.pid))
        guest.end()
    return found


def _youngest(pid: int) -> int:
    """Follow the children of a process down to the last: launcher, zygote, guest."""
    while children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(children[-1])
    return pid


def _private(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


# ---- the others ----------------------------------------------------------------------------------


def notebook() -> Any:
    """Return the lesson as a notebook for other graders: solutions and checks, no experiments."""
    import jupytext
    from nbformat import NotebookNode

    found: NotebookNode = jupytext.read(SOLUTION, fmt="py:percent")
    found.cells = [
        cell for cell in found.cells
        if cell.cell_type == "code" and "experiment" not in cell.metadata.get("tags", [])
    ]  # fmt: skip
    found.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return found


def nbgrader(count: int = 10) -> tuple[float, float]:
    """Return what a submission costs nbgrader's own engine in a batch."""
    import nbformat

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "nbgrader_config.py").write_text(CONFIG)
        for place in ["source", *(f"submitted/learner{i}" for i in range(count))]:
            (folder / place / LESSON).mkdir(parents=True)
            nbformat.write(notebook(), folder / place / LESSON / f"{LESSON}.ipynb")
        _nbgrader(folder, "generate_assignment", LESSON)
        cpu, wall = measured(lambda: _nbgrader(folder, "autograde", LESSON))
        graded = list((folder / "autograded").rglob("*.ipynb"))
        if len(graded) != count:
            raise RuntimeError(f"nbgrader graded {len(graded)} of {count}")
    return cpu / count, wall / count


def _nbgrader(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "nbgrader", *arguments]
    tools = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"  # it calls alembic
    environment = {**os.environ, "PATH": tools}
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)


def otter(python: str) -> tuple[float, float]:
    """Return what a submission costs `otter run`, which grades one on this machine."""
    import nbformat

    with tempfile.TemporaryDirectory() as name, redirect_stdout(StringIO()):
        folder = Path(name)
        nbformat.write(notebook(), folder / f"{LESSON}.ipynb")
        _write_otter_tests(folder / "tests")
        (folder / "otter_config.json").write_text("{}")
        bundle = shutil.make_archive(str(folder / "autograder"), "zip", folder)
        line = [python, "-m", "otter", "run", "-a", bundle, f"{LESSON}.ipynb"]
        return measured(lambda: subprocess.run(line, cwd=folder, check=True, capture_output=True))


def _write_otter_tests(folder: Path) -> None:
    """Let otter demand of each exercise what the lesson's own check says."""
    from autograder.exercises import exercises_of

    folder.mkdir()
    for exercise in exercises_of(LESSON):
        lines = ["from autograder import check", f"int(check('{exercise.name}'))"]
        code = "".join(f">>> {line}\n" for line in lines) + str(exercise.points)
        case = {"code": code, "hidden": False, "locked": False}
        suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
        test = {"name": exercise.name, "points": 1, "suites": [suite]}
        (folder / f"{exercise.name}.py").write_text(f"test = {test!r}\n")


if __name__ == "__main__":
    main()
