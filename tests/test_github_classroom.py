"""`autograder github-classroom`: its files, and the commands in them, which are run here."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from grader_command import MAIN, ROOT, command
from jsonschema import Draft202012Validator

from autograder.syllabus import LESSONS, asked_for, names_of

LESSON = "03_conv_layers"
POINTS = {
    lesson: sum(asked.points for asked in found.exercises) for lesson, found in LESSONS.items()
}
CPU = "torch torchvision --index-url https://example.org/cpu"
# What the reporter of Classroom reads of each test, base64 taken off.
RESULT = Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["version", "status", "max_score", "tests"],
        "properties": {
            "version": {"const": 1},
            "status": {"enum": ["pass", "fail", "error"]},
            "max_score": {"type": "integer", "minimum": 1},
            "tests": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["name", "status", "score"],
                    "properties": {
                        "name": {"type": "string"},
                        "status": {"enum": ["pass", "fail", "error"]},
                        "score": {"type": "integer", "minimum": 0},
                        "message": {"type": "string"},
                        "test_code": {"type": "string"},
                        "filename": {"type": "string"},
                        "line_no": {"type": "integer"},
                        "duration": {"type": "number"},
                    },
                },
            },
        },
    }
)
PARTLY = "\n# %%\n_relu = relu\ndef relu(x):\n    return _relu(x).double()\n"
WRONG = '\n# %%\ndef conv2d(*args):\n    raise ValueError("<b>\x1b[31m\\n::error::")\n'


def made(folder, *arguments):
    done = command("github-classroom", "-o", folder, *arguments)
    assert done.returncode == 0, done.stderr
    workflow = yaml.safe_load((folder / ".github/workflows/classroom.yml").read_text())
    tests = json.loads((folder / ".github/classroom/autograding.json").read_text())["tests"]
    return workflow, tests


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """Both files, for all lessons."""
    return made(tmp_path_factory.mktemp("all"), "--torch", CPU)


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """A learner's repository: both files, a lesson with a wrong answer, one that is right in part,
    and the command where the workflow expects it.
    """
    folder = tmp_path_factory.mktemp("learner")
    for name in ("lessons", ".venv/bin"):
        (folder / name).mkdir(parents=True)
    text = (ROOT / "solutions" / f"{LESSON}.py").read_text()
    (folder / "lessons" / f"{LESSON}.py").write_text(text + PARTLY + WRONG)
    script = folder / ".venv/bin/autograder"
    script.write_text(f"#!{sys.executable}\n{MAIN[2]}\n")
    script.chmod(0o755)
    return folder, *made(folder, "--lesson", "3")


def shell(folder, line, **env):
    """Run a line as a step of a workflow does."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line], cwd=folder,
        capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONSAFEPATH": "1", **env},
    )  # fmt: skip


def steps_of(workflow):
    return workflow["jobs"]["run-autograding-tests"]["steps"]  # a name that the reporter looks for


# ---- the files -----------------------------------------------------------------------------------


def test_the_workflow_is_one_that_classroom_knows(everything):
    workflow, _ = everything
    assert workflow["name"] == "Autograding Tests"
    assert workflow["on"] == ["push", "workflow_dispatch", "repository_dispatch"]
    assert workflow["permissions"] == {"checks": "write", "actions": "read", "contents": "read"}
    job = workflow["jobs"]["run-autograding-tests"]
    assert job["if"] == "github.actor != 'github-classroom[bot]'"
    for step in job["steps"]:
        assert ("uses" in step) != ("run" in step), step
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d", step.get("uses", "a/b@v1")), step
    known = [step["id"] for step in job["steps"] if "id" in step]
    assert len(known) == len(set(known)) == len(LESSONS)
    assert all(re.fullmatch(r"[a-z_][\w-]*", one) for one in known)


def test_the_reporter_is_told_of_each_exercise_once(everything):
    *steps, reporter = steps_of(everything[0])
    runners = reporter["with"]["runners"].split(",")
    assert len({one.upper() for one in runners}) == len(runners) == len(asked_for())
    assert list(reporter["env"]) == [f"{one.upper()}_RESULTS" for one in runners]
    ids = {step["id"]: step["run"] for step in steps if "id" in step}
    expected = [(lesson, name) for lesson in LESSONS for name in names_of(lesson)]
    for one, value, (lesson, name) in zip(runners, reporter["env"].values(), expected, strict=True):
        step = re.fullmatch(r"\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}", value)
        assert step and step[2] == one and f"--grade {lesson} " in ids[step[1]]
        assert one.endswith(name.lower().replace("_", "-"))


def test_the_tests_are_the_exercises_and_their_points_those_of_the_lessons(everything):
    tests = everything[1]
    assert len(tests) == len(asked_for())
    for lesson, points in POINTS.items():
        found = [one for one in tests if one["name"].startswith(f"{lesson}: ")]
        assert [one["name"] for one in found] == [f"{lesson}: {n}" for n in names_of(lesson)]
        assert [one["run"].split()[-1] for one in found] == names_of(lesson)
        assert sum(one["points"] for one in found) == points
    keys = ["name", "setup", "run", "input", "output", "comparison", "timeout", "points"]
    assert all(list(one) == keys for one in tests)


def test_the_course_is_installed_by_its_own_tool_and_with_the_torch_that_was_named(everything):
    [install] = [s for s in steps_of(everything[0]) if s["name"] == "Install the course"]
    assert install["env"] == {"TORCH": CPU}
    assert (ROOT / install["run"].removeprefix("python ")).is_file()


def test_the_grader_may_come_from_elsewhere(tmp_path):
    workflow, _ = made(tmp_path, "--lesson", "3", "--lesson", "1", "--course", "us/mnist-course")
    steps = steps_of(workflow)
    [checkout] = [one["with"] for one in steps if one["name"] == "Checkout the course"]
    assert checkout == {"repository": "us/mnist-course", "path": "course"}
    lines = [one["run"] for one in steps if one["name"].startswith(("Grade", "Install"))]
    assert [line.split()[-4 if ">>" in line else -1] for line in lines] == [
        "--grade" if i else "course/tools/install.py" for i in range(3)
    ]
    assert [line.split()[0] for line in lines[1:]] == ["course/.venv/bin/autograder"] * 2
    assert "01_data" in lines[1] and LESSON in lines[2]  # in the order of the course


# ---- the commands in them ------------------------------------------------------------------------


def results_of(path):
    found = {}
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        found[name] = json.loads(base64.b64decode(value, validate=True))
    return found


def test_the_workflows_command_gives_points_in_parts(learner, tmp_path):
    folder, workflow, _ = learner
    *steps, reporter = steps_of(workflow)
    [line] = [step["run"] for step in steps if "id" in step]
    done = shell(folder, line, GITHUB_OUTPUT=str(tmp_path / "output"))
    assert done.returncode == 0 and done.stderr.startswith("Isolation: full.\n"), done.stderr
    found = results_of(tmp_path / "output")
    assert list(found) == reporter["with"]["runners"].split(",")
    for one in found.values():
        RESULT.validate(one)
    points = dict(zip(names_of(LESSON), found.values(), strict=True))
    assert sum(one["max_score"] for one in points.values()) == POINTS[LESSON]
    [relu], [conv2d], [dropout] = (points[n]["tests"] for n in ("relu", "conv2d", "dropout"))
    assert 0 < relu["score"] < 5 and relu["status"] == "fail" and "float64" in relu["message"]
    assert conv2d["score"] == 0 and "\x1b" not in conv2d["message"] + done.stderr
    assert dropout["score"] == 10 and points["dropout"]["status"] == "pass"


def test_the_command_of_each_test_ends_with_0_for_all_points_and_nothing_less(learner):
    folder, _, tests = learner
    by_name = {one["name"].split()[-1]: one["run"] for one in tests}
    for name, code in (("dropout", 0), ("relu", 1)):
        done = shell(folder, by_name[name])
        assert done.returncode == code, done.stdout + done.stderr


REFUSED = {
    "no file": (["--grade", "1"], "There is no 01_data.py or .ipynb in"),
    "no lesson": (["--lesson", "9"], "There is no lesson or exercise '9'"),
    "no folder": (["-o", "nowhere"], "nowhere is no folder: name the repository"),
    "no repository": (["--course", "x; y"], "a repository is named OWNER/REPOSITORY"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_told_in_a_sentence(tmp_path, case):
    arguments, sentence = REFUSED[case]
    (tmp_path / "lessons").mkdir()
    shutil.copy(ROOT / "lessons" / f"{LESSON}.py", tmp_path / "lessons")
    done = subprocess.run(
        [*MAIN, "github-classroom", *arguments], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2 and "Traceback" not in done.stderr and done.stdout == ""
    assert sentence in done.stderr.strip().split("\n")[-1]
    assert not Path(tmp_path, ".github").exists()
