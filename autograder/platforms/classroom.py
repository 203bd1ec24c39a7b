"""What GitHub Classroom grades with: a workflow, and what its reporter reads.

Classroom's own graders give all points of a test or none. Its reporter reads more than that: for
each test a JSON object in base64, with points. So one step grades a lesson, and says it all.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from autograder.exercise import Verdict
from autograder.report import failed, mark
from autograder.syllabus import LESSONS

WORKFLOW = ".github/workflows/classroom.yml"
MINUTES = 10  # for one lesson
MOST_TEXT = 2_000  # characters of one message: all of them together are handed on as variables
REPORTER = "classroom-resources/autograding-grading-reporter@v1"
OURS = "course"  # the folder of the course, where it is not the learner's own copy
CLASSROOM_ITSELF = "github-classroom[bot]"
BY_US = "# Written by `autograder github-classroom`."
ABOUT = """\
Written by `autograder github-classroom`. It grades at each push; the points:
{points}
{trust}
Whoever may write to this repository may change this very file: put it among the protected paths of
the assignment, and grade the files yourself (`autograder batch`) where points matter.
"""
THEIRS = """\
The grader is the copy of the course in this repository, which a learner can change as well;
`--course OWNER/REPOSITORY` takes it from yours."""
YOURS = "The grader comes from {course}, and not from this repository, which a learner can change."


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
        "permissions": {"actions": "read", "contents": "read"},
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
    return _about(lessons, course) + text


def _about(lessons: Sequence[str], course: str) -> str:
    """Return what people must know of the file, as comments: points, and whom to trust."""
    trust = YOURS.format(course=course) if course else THEIRS
    text = ABOUT.format(points="\n".join(map(_points, lessons)), trust=trust)
    return "".join(f"# {line}\n" for line in text.splitlines())


def _points(lesson: str) -> str:
    parts = [f"{asked.name} {asked.points}" for asked in LESSONS[lesson].exercises]
    return f"  {lesson}: {', '.join(parts)}"


def _setting_up(torch: str, course: str) -> Iterator[dict[str, Any]]:
    kept = {"persist-credentials": False}  # what is graded may not push
    yield {"name": "Checkout code", "uses": "actions/checkout@v4", "with": kept}
    if course:
        where = {"repository": course, "path": OURS, "persist-credentials": False}
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


# ---- what a grading says -------------------------------------------------------------------------


def outputs(lesson: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Yield a line an exercise for $GITHUB_OUTPUT: its points in parts, as the reporter reads."""
    for verdict in verdicts:
        status = "pass" if verdict.status == "correct" else "fail"
        lines = [verdict.message, *(f"{mark(c)} {c.name}: {c.message}" for c in failed(verdict))]
        test = {
            "name": f"{verdict.name} ({verdict.score} of {verdict.max_score} points)",
            "status": status,
            "score": verdict.score,
            "message": no_commands("\n".join(filter(None, lines)))[:MOST_TEXT],
            "test_code": f"autograder check {verdict.name}",
            "filename": "",
            "line_no": 0,
            "duration": 0,
        }
        said = {"version": 1, "status": status, "max_score": verdict.max_score, "tests": [test]}
        text = base64.b64encode(json.dumps(said).encode()).decode()
        yield f"{runner(lesson, verdict.name)}={text}"


def no_commands(text: str) -> str:
    """Return what others wrote without what a log takes for commands: points are given by one."""
    return text.replace("##[", "# #[").replace("::", ": :")
