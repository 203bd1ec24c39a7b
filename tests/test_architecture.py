"""What CONTRIBUTING says of the structure holds."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = [
    "errors", "files", "data", "plots", "layers", "model", "training", "evaluation", "augmentation",
    "photos", "capstone", "recipes", "checkpoints", "progress", "runs", "trainer", "export",
    "commands", "cli", "__main__",
]  # fmt: skip
GRADER_ORDER = [
    "syllabus", "texts", "draw", "probes", "compare", "exercise", "watch", "attempt", "cells",
    "cases", "exams", "exercises", "key", "magics", "nbformats", "bundle", "submission", "clone",
    "exchange", "runner", "grading", "report", "page", "sandbox", "marking", "platforms", "release",
    "upkeep", "machine", "screen", "learner", "leaderboard", "batch", "class_report", "nbgrading",
    "notebook", "pytest_plugin", "mutants", "proof", "commands", "cli",
]  # fmt: skip
BESIDE_LEARNERS = ["probes", "watch", "attempt", "cells"]  # they run beside a learner's code
IN_THE_ROOM = {
    "kernel", "syscalls", "processes", "cgroup", "room", "wire", "guest", "standins", "zygote",
}  # fmt: skip
TRUSTED = {"course", "host", "guests", "isolated"}  # of the sandbox; the others are not
ORDERS = {"mnist_course": ORDER, "autograder": GRADER_ORDER}
DATA_ORDER = ["tensors", "batches", "catalogue", "download", "embedded", "folders", "loading"]
MODULES = sorted((ROOT / "mnist_course").rglob("*.py")) + sorted(
    (ROOT / "autograder").rglob("*.py")
)


def imports_of(path: Path) -> set[str]:
    """Return the modules of the two packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            packages = ("mnist_course", "autograder", "autograder.sandbox")
            found |= names if node.module in packages else {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("mnist_course", "autograder")}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    package, *parts = path.relative_to(ROOT).with_suffix("").parts
    order = ORDERS[package]
    for name in imports_of(path):
        imported, *rest = name.split(".")
        if package == "mnist_course":
            assert imported == "mnist_course", f"{path} imports {name}"
        if package == imported and parts[0] in order and rest:
            assert order.index(rest[0]) <= order.index(parts[0]), f"{path} imports {name}"
            if parts[0] == rest[0] == "data" and parts[1] in DATA_ORDER and len(rest) > 1:
                assert DATA_ORDER.index(rest[1]) < DATA_ORDER.index(parts[1])


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_runs_beside_a_learners_code_knows_no_answer(path: Path) -> None:
    package, first, *rest = path.relative_to(ROOT).with_suffix("").parts
    in_the_room = first == "sandbox" and rest[0] in IN_THE_ROOM
    if package == "autograder" and (first in BESIDE_LEARNERS or in_the_room):
        for name in imports_of(path):
            imported, second, *third = [*name.split("."), ""]
            if imported == "mnist_course":
                assert in_the_room and rest[0] == "standins", f"{path} imports {name}"
            elif second == "sandbox":
                assert in_the_room and third[0] in IN_THE_ROOM, f"{path} imports {name}"
            else:
                assert second in BESIDE_LEARNERS, f"{path} imports {name}"


def test_each_part_of_the_sandbox_stands_on_one_side_of_its_door() -> None:
    there = {path.stem for path in (ROOT / "autograder" / "sandbox").glob("*.py")}
    assert there - {"__init__"} == IN_THE_ROOM | TRUSTED


@pytest.mark.parametrize("package", ORDERS)
def test_every_module_has_its_place_in_the_order(package: str) -> None:
    there = {path.stem for path in (ROOT / package).iterdir() if path.suffix in ("", ".py")}
    also = {"__main__"} if package == "mnist_course" else set()
    assert there - {"weights", "__init__", "__pycache__"} | also == set(ORDERS[package])


@pytest.mark.parametrize(
    "command", [["mnist_course", "--help"], ["mnist_course", "train", "--help"]]
)
def test_help_imports_nothing_heavy(command: list[str]) -> None:
    heavy = ("torch", "numpy", "matplotlib", "PIL", "sklearn", "torchvision")
    code = f"""
import sys
from mnist_course.cli import main
try:
    main({command[1:]!r})
except SystemExit:
    pass
sys.exit(",".join(name for name in {heavy!r} if name in sys.modules) or None)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "usage: mnist-course" in done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


def test_no_path_of_one_machine_is_in_the_repository() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    here = str(ROOT)
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in (".py", ".md", ".toml", ".txt", "") and path.is_file():
            assert here not in path.read_text(errors="replace"), name
