"""The lessons are cut from their solutions, agree with the package, and run top to bottom."""

import ast
import inspect
import os
import re
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

import mnist_course
from autograder.exercises import LESSONS, exercises_of
from autograder.release import LESSON_FILES, ROOT, SOLUTIONS, lesson_text
from autograder.submission import read_cells

MARKER = re.compile(r"^\s*### (BEGIN|END) SOLUTION$", re.MULTILINE)
REGION = re.compile(r"### BEGIN SOLUTION\n(.*?)\s*### END SOLUTION", re.DOTALL)
HOMES = {
    "01_data": ["data.tensors"],
    "02_visualization": ["plots"],
    "03_conv_layers": ["layers", "model"],
    "04_training": ["training"],
    "05_evaluation": ["evaluation", "photos"],
    "06_augmentation": ["augmentation", "layers"],
    "07_capstone": ["capstone"],
}
each_lesson = pytest.mark.parametrize("lesson", LESSONS)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def notebook_of(path: Path):
    return jupytext.read(path, fmt="py:percent")


def test_there_is_a_file_for_each_lesson_and_no_other():
    for folder in (SOLUTIONS, LESSON_FILES):
        assert {path.stem for path in folder.glob("*.py")} == set(LESSONS)


@each_lesson
def test_the_lesson_is_cut_from_its_solution_byte_for_byte(lesson):
    cut = lesson_text(lesson).encode()
    assert cut == (LESSON_FILES / f"{lesson}.py").read_bytes(), "run `make lessons`"


@each_lesson
def test_the_released_cells_are_stubs_and_no_other_cell_was_touched(lesson):
    solved = notebook_of(SOLUTIONS / f"{lesson}.py").cells
    cut = notebook_of(LESSON_FILES / f"{lesson}.py").cells
    assert len(solved) == len(cut)
    for before, after in zip(solved, cut, strict=True):
        if before.metadata.get("nbgrader", {}).get("solution"):
            assert "NotImplementedError" in after.source and "SOLUTION" not in after.source
            stubs_only(before.source, after.source)
        else:
            assert before.source == after.source
        assert before.metadata == after.metadata


def stubs_only(solved, cut):
    """What is left of a region is the stub; what stands outside it is as it was."""
    stub = "# Write this part, then take the next line out.\nraise NotImplementedError"
    lines = [line.strip() for line in REGION.sub(stub, solved).splitlines()]
    assert [line.strip() for line in cut.splitlines()] == lines


@each_lesson
def test_no_solution_survives_anywhere_in_the_lesson(lesson):
    cut = [line.strip() for line in text_of(LESSON_FILES / f"{lesson}.py").splitlines()]
    pairs = set(pairwise(cut))
    for region in REGION.findall(text_of(SOLUTIONS / f"{lesson}.py")):
        lines = [line.strip() for line in region.splitlines() if line.strip()]
        assert not set(pairwise(lines)) & pairs
        assert len(lines) > 1 or lines[0] not in cut


@each_lesson
def test_what_a_solution_defines_is_word_for_word_what_the_package_has(lesson):
    homes = [import_module(f"mnist_course.{home}") for home in HOMES[lesson]]
    for name, source in definitions(SOLUTIONS / f"{lesson}.py").items():
        home = next((home for home in homes if hasattr(home, name)), None)
        assert home is not None, f"{name} is not in mnist_course"
        assert source == inspect.getsource(getattr(home, name)).strip()


def definitions(path):
    """Return the source of every function and class that a lesson defines for good."""
    found = {}
    for cell in read_cells(path):
        if cell.skipped:
            continue
        source = MARKER.sub("\0", cell.source).replace("\0\n", "")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                found[node.name] = "\n".join(source.splitlines()[first - 1 : node.end_lineno])
    return found


@each_lesson
def test_every_exercise_has_its_two_cells_and_its_points(lesson):
    marks = [
        cell.metadata.get("nbgrader") for cell in notebook_of(SOLUTIONS / f"{lesson}.py").cells
    ]
    solved = [m["grade_id"] for m in marks if m and m["solution"]]
    points = {m["grade_id"]: m["points"] for m in marks if m and m["grade"]}
    exercises = exercises_of(lesson)
    assert solved == [exercise.name for exercise in exercises]
    assert points == {f"check-{exercise.name}": exercise.points for exercise in exercises}
    assert set(solved) <= set(definitions(SOLUTIONS / f"{lesson}.py"))


@each_lesson
def test_lessons_are_short(lesson):
    path = SOLUTIONS / f"{lesson}.py"
    assert len(text_of(path).splitlines()) <= 350
    for cell in notebook_of(path).cells:
        if cell.cell_type == "code":
            lines = MARKER.sub("", cell.source).splitlines()
            assert len([line for line in lines if line.strip()]) <= 15, cell.source


@each_lesson
def test_links_lead_somewhere(lesson):
    for link in re.findall(r"\]\((?!http)([^)#]+)", text_of(SOLUTIONS / f"{lesson}.py")):
        assert (SOLUTIONS / link).exists(), link


@each_lesson
def test_no_emoji(lesson):
    assert not re.search(
        "[\U0001f000-\U0001faff\u2600-\u27bf]", text_of(SOLUTIONS / f"{lesson}.py")
    )


def executed(path, tmp_path):
    """Run a lesson as a notebook, on the embedded data, within three minutes."""
    notebook = notebook_of(path)
    client = NotebookClient(notebook, timeout=180, kernel_name="python3", allow_errors=True)
    client.execute(cwd=str(tmp_path))
    return notebook.cells


@pytest.fixture
def without_mnist(monkeypatch, tmp_path):
    monkeypatch.delenv("MNIST_COURSE_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["."]))


def verdicts(cells):
    """Return the points that each grade cell ended with, and what it showed."""
    graded = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade")]
    return [
        (cell.outputs[-1].data["text/plain"], cell.outputs[0].data["text/plain"], cell)
        for cell in graded
    ]


@pytest.mark.slow
@each_lesson
def test_a_solved_lesson_runs_and_gets_all_points(lesson, tmp_path, without_mnist):
    cells = executed(SOLUTIONS / f"{lesson}.py", tmp_path)
    assert errors(cells) == []
    for points, shown, cell in verdicts(cells):
        assert float(points) == cell.metadata.nbgrader.points, shown
    assert figures_without_words(cells) == []


@pytest.mark.slow
@each_lesson
def test_an_unsolved_lesson_runs_without_a_traceback(lesson, tmp_path, without_mnist):
    cells = executed(LESSON_FILES / f"{lesson}.py", tmp_path)
    assert errors(cells) == []
    assert all(points == "0.0" and "not attempted" in shown for points, shown, _ in verdicts(cells))
    assert len(verdicts(cells)) == len(exercises_of(lesson))


def errors(cells):
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    texts = [o.get("text", "") for o in outputs if o.output_type == "stream"]
    found = [text for text in texts if "Traceback" in text]
    return found + [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]


def figures_without_words(cells):
    bundles = [o.data for c in cells for o in c.get("outputs", []) if "data" in o]
    pictures = [b for b in bundles if "image/png" in b or "<img" in b.get("text/html", "")]
    return [
        b for b in pictures if len(re.findall('alt="([^"]{15,})"', b.get("text/html", ""))) != 1
    ]


def test_the_readme_of_the_lessons_names_them():
    assert all(lesson in text_of(LESSON_FILES / "README.md") for lesson in LESSONS)
    assert mnist_course.__all__ and ROOT.is_dir()
