"""What GitHub Classroom grades with: a workflow, the list of its tests, what its reporter reads.

Classroom's own graders give all points of a test or none. Its reporter reads more than that: for
each test a JSON object in base64, with points. So one step grades a lesson, and says it all.
"""

import base64
import json
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from autograder.report import Report, failed, mark
from autograder.syllabus import LESSONS

WORKFLOW = ".github/workflows/classroom.yml"
TESTS = ".github/classroom/autograding.json"
MINUTES = 10  # for one lesson, or one exercise
MOST_TEXT = 2_000  # characters of one message: all of them together are handed on as variables
REPORTER = "classroom-resources/autograding-grading-reporter@v1"
OURS = "course"  # the folder of the course, where it is not the learner's own copy
CLASSROOM_ITSELF = "github-classroom[bot]"


def runner(lesson: str, name: str) -> str:
    """Name an exercise as the reporter wants it: `Conv2d` and `conv2d` would be one to it."""
    names = [asked.name for asked in LESSONS[lesson].exercises]
    return f"l{lesson[:2]}-{names.index(name) + 1}-{name.lower().replace('_', '-')}"


# ---- the workflow --------------------------------------------------------------------------------


def workflow(lessons: Sequence[str], torch: str, course: str = "") -> str:
    """Return classroom.yml; `course` is the repository of the course, if learners' is not used."""
    steps = [*_setting_up(torch, course), *(_grading(name, course) for name in lessons)]
    whole = {
        "name": "Autograding Tests",
        "on": ["push", "workflow_dispatch", "repository_dispatch"],
        "permissions": {"checks": "write", "actions": "read", "contents": "read"},
        "jobs": {
            "run-autograding-tests": {
                "runs-on": "ubuntu-latest",
                "if": f"github.actor != '{CLASSROOM_ITSELF}'",
                "timeout-minutes": 20 + MINUTES * len(lessons),
                "steps": [*steps, _reporting(lessons)],
            }
        },
    }
    text: str = yaml.safe_dump(whole, sort_keys=False, width=1000)
    return text


def _setting_up(torch: str, course: str) -> Iterator[dict[str, Any]]:
    yield {"name": "Checkout code", "uses": "actions/checkout@v4"}
    if course:
        where = {"repository": course, "path": OURS}
        yield {"name": "Checkout the course", "uses": "actions/checkout@v4", "with": where}
    yield {
        "name": "Set up Python",
        "uses": "actions/setup-python@v5",
        "with": {"python-version": "3.12"},
    }
    yield {
        "name": "Allow user namespaces, in which submissions are isolated",
        "run": "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 || true",
    }
    install = f"python {_prefix(course)}tools/install.py"
    yield {"name": "Install the course", "run": install, "env": {"TORCH": torch}}


def _prefix(course: str) -> str:
    return f"{OURS}/" if course else ""


def _grading(lesson: str, course: str) -> dict[str, Any]:
    command = f"{_prefix(course)}.venv/bin/autograder github-classroom --grade {lesson}"
    return {
        "name": f"Grade {lesson}",
        "id": _step(lesson),
        "run": f'{command} >> "$GITHUB_OUTPUT"',
        "timeout-minutes": MINUTES,
    }


def _step(lesson: str) -> str:
    return f"lesson-{lesson[:2]}"


def _reporting(lessons: Sequence[str]) -> dict[str, Any]:
    found = [(lesson, one) for lesson in lessons for one in runners(lesson)]
    return {
        "name": "Autograding Reporter",
        "uses": REPORTER,
        "env": {
            f"{one.upper()}_RESULTS": f"${{{{ steps.{_step(lesson)}.outputs.{one} }}}}"
            for lesson, one in found
        },
        "with": {"runners": ",".join(one for _, one in found)},
    }


def runners(lesson: str) -> list[str]:
    """Return what the exercises of a lesson are called there."""
    return [runner(lesson, asked.name) for asked in LESSONS[lesson].exercises]


# ---- the list of tests ---------------------------------------------------------------------------


def tests(lessons: Sequence[str]) -> str:
    """Return autograding.json: a command an exercise, which ends with 0 for all points."""
    found = [
        {
            "name": f"{lesson}: {asked.name}",
            "setup": "",
            "run": shlex.join([".venv/bin/autograder", "check", asked.name]),
            "input": "",
            "output": "",
            "comparison": "included",
            "timeout": MINUTES,
            "points": asked.points,
        }
        for lesson in lessons
        for asked in LESSONS[lesson].exercises
    ]
    return json.dumps({"tests": found}, indent=2) + "\n"


# ---- what a grading says -------------------------------------------------------------------------


def outputs(report: Report) -> Iterator[str]:
    """Yield a line an exercise for $GITHUB_OUTPUT: its points in parts, as the reporter reads."""
    for verdict in report.verdicts:
        name = runner(report.lesson, verdict.name)
        lines = [verdict.message, *(f"{mark(c)} {c.name}: {c.message}" for c in failed(verdict))]
        passed = verdict.status == "correct"
        test = {
            "name": f"{verdict.name} ({verdict.score} of {verdict.max_score} points)",
            "status": "pass" if passed else "fail",
            "score": verdict.score,
            "message": "\n".join(filter(None, lines))[:MOST_TEXT],
            "test_code": f"autograder check {verdict.name}",
            "filename": "",
            "line_no": 0,
            "duration": 0,
        }
        said = {"version": 1, "status": test["status"], "max_score": verdict.max_score}
        text = json.dumps({**said, "tests": [test]})
        yield f"{name}={base64.b64encode(text.encode()).decode()}"
