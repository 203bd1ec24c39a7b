"""nbgrader with this course's engine: its gradebook is ours, only what runs the answers differs."""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

from autograder.release import STUB

HERE = "autograder.nbgrading.steps"


def configure(config: Any) -> None:
    """Let nbgrader release what learners get, and grade in rooms: for a course's own config."""
    from nbgrader.converters import Autograde, GenerateAssignment
    from nbgrader.preprocessors import DeduplicateIds, Execute, SaveAutoGrades

    find_programs()
    _silence()
    config.ClearSolutions.code_stub = {"python": STUB}
    config.Autograde.exporter_class = f"{HERE}.AnyNotebook"
    ours = {DeduplicateIds: "Restore", Execute: "IsolatedGrader", SaveAutoGrades: "SaveGrades"}
    for name in ("sanitize_preprocessors", "autograde_preprocessors"):
        instead = [f"{HERE}.{ours[s]}" if s in ours else s for s in _usual(Autograde, name)]
        setattr(config.Autograde, name, instead)
    tell = [f"{HERE}.TellByHand", *_usual(GenerateAssignment, "preprocessors")]
    config.GenerateAssignment.preprocessors = tell


def _usual(converter: Any, name: str) -> list[Any]:
    """Return the steps that nbgrader itself would take."""
    steps: list[Any] = converter.class_traits()[name].make_dynamic_default()
    return steps


def _silence() -> None:
    """Keep nbgrader's way with its database, which is right, from being told as a warning."""
    told = "Object of type <Submitted"
    warnings.filterwarnings("ignore", told, module=r"nbgrader\.api")


def find_programs() -> None:
    """Let nbgrader find alembic, which it calls by name, where no environment is activated."""
    beside = str(Path(sys.executable).parent)
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"
