"""nbgrader with this course's engine: its gradebook is ours, only what runs the answers differs."""

import os
import sys
from pathlib import Path
from typing import Any

from autograder.release import STUB

HERE = "autograder.nbgrading.steps"


def configure(config: Any) -> None:
    """Let nbgrader release what learners get, and grade in rooms: for a course's own config."""
    from nbgrader.converters import Autograde
    from nbgrader.preprocessors import DeduplicateIds, Execute

    find_programs()
    config.ClearSolutions.code_stub = {"python": STUB}
    config.Autograde.exporter_class = f"{HERE}.AnyNotebook"
    steps, ours = Autograde.class_traits(), {DeduplicateIds: "Restore", Execute: "IsolatedGrader"}
    for name in ("sanitize_preprocessors", "autograde_preprocessors"):
        usual = steps[name].make_dynamic_default()
        instead = [f"{HERE}.{ours[step]}" if step in ours else step for step in usual]
        setattr(config.Autograde, name, instead)


def find_programs() -> None:
    """Let nbgrader find alembic, which it calls by name, where no environment is activated."""
    beside = str(Path(sys.executable).parent)
    if beside not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"
