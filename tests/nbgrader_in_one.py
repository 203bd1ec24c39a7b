"""Runs nbgrader's own steps for all lessons in one process: each by itself would import all anew.

It is run in a course's folder, and hands in what is right and what nobody touched.
"""

import json
import sys
from pathlib import Path

# They train for seconds; what trains is graded by tests of its own.
SLOW = ("train_digit_cnn", "learning_rate_sweep", "train_robust_cnn", "build_model", "train")


def main(lessons):
    """Print what nbgrader said at each step."""
    from nbgrader.apps import NbGrader
    from nbgrader.apps.api import NbGraderAPI

    app = NbGrader()
    app.initialize([])
    api, said = NbGraderAPI(app.coursedir, parent=app), {}
    for lesson in lessons:
        steps = [api.generate_assignment(lesson)]
        _hand_in(lesson)
        steps += [api.autograde(lesson, "*")]
        steps += [api.generate_feedback(lesson)] if lesson == lessons[0] else []
        assert all(step["success"] for step in steps), steps
        said[lesson] = [step["log"] for step in steps]
    print(json.dumps(said))


def _hand_in(lesson):
    """Hand in what was released, and the same with the answers that take no time."""
    released = json.loads(Path("release", lesson, f"{lesson}.ipynb").read_text())
    solved = json.loads(Path("source", lesson, f"{lesson}.ipynb").read_text())
    answers = {_name(cell): cell["source"] for cell in solved["cells"] if _name(cell)}
    _write("untouched", lesson, released)
    for cell in released["cells"]:
        if _name(cell) in answers and _name(cell) not in SLOW:
            cell["source"] = answers[_name(cell)]
    _write("right", lesson, released)
    Path("submitted", "right", lesson, "timestamp.txt").write_text("2026-03-01 10:00:00.25 UTC")


def _name(cell):
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def _write(student, lesson, notebook):
    path = Path("submitted", student, lesson, f"{lesson}.ipynb")
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(notebook))


if __name__ == "__main__":
    main(sys.argv[1:])
