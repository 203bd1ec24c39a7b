"""Cuts what learners get from the solved lessons, with nbgrader's own preprocessors."""

from pathlib import Path
from typing import Any

from autograder.syllabus import LESSONS

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS, LESSON_FILES = ROOT / "solutions", ROOT / "lessons"
STUB = "# Write this part, then take the next line out.\nraise NotImplementedError"


def released(notebook: Any) -> Any:
    """Return a notebook as learners get it: each solution is a stub, the rest is as it was."""
    from nbgrader.preprocessors import (
        CheckCellMetadata,
        ClearHiddenTests,
        ClearMarkScheme,
        ClearOutput,
        ClearSolutions,
    )

    resources: dict[str, Any] = {}
    for step in (
        ClearSolutions(code_stub={"python": STUB}),
        ClearOutput(),
        ClearHiddenTests(),
        ClearMarkScheme(),
        CheckCellMetadata(),
    ):
        notebook, resources = step.preprocess(notebook, resources)
    return notebook


def lesson_text(lesson: str, solutions: Path = SOLUTIONS) -> str:
    """Return the text of a lesson's file, cut from its solution."""
    import jupytext

    notebook = jupytext.read(solutions / f"{lesson}.py", fmt="py:percent")
    notebook.metadata["jupytext"]["notebook_metadata_filter"] = "kernelspec,-all"  # as JupyterLab
    text: str = jupytext.writes(released(notebook), fmt="py:percent")
    return text


def cut() -> list[Path]:
    """Write every lesson; return the files that changed."""
    changed = []
    for lesson in LESSONS:
        path, text = LESSON_FILES / f"{lesson}.py", lesson_text(lesson)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            changed.append(path)
    return changed
