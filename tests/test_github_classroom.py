"""`autograder github-classroom`: its workflow, and the commands in it, which are run here."""

import base64
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from grader_command import MAIN, ROOT, command
from jsonschema import Draft202012Validator

from autograder.cli import make_parser
from autograder.syllabus import LESSONS, asked_for, names_of
from mnist_course.errors import CourseError

LESSON = "03_conv_layers"
WORKFLOW = ".github/workflows/classroom.yml"
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
# What a log takes for commands; by one of them the reporter gives points.
COMMAND = "::notice title=Autograding report::{'totalPoints': 1000}"
WRONG = f"""
# %%
print("x\\n{COMMAND}\\n  {COMMAND}\\n##[add-mask]a")
def conv2d(*args):
    raise ValueError("<b>\\x1b[31m\\n{COMMAND} ##[error]")
"""


def made(folder, *arguments):
    done = command("github-classroom", "-o", folder, *arguments)
    assert done.returncode == 0, done.stderr
    return yaml.safe_load((folder / WORKFLOW).read_text())


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """The workflow for all lessons."""
    return made(tmp_path_factory.mktemp("all"), "--torch", CPU)


def installed(folder):
    """Lay down the course as checked out, and what its tool takes for an install that is there."""
    for name in ("tools", ".venv/bin"):
        (folder / name).mkdir(parents=True)
    for name in ("tools/install.py", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv/bin/python").symlink_to(sys.executable)
    script = folder / ".venv/bin/autograder"
    script.write_text(f"#!{sys.executable}\n{MAIN[2]}\n")
    script.chmod(0o755)
    fingerprint = runpy.run_path(str(folder / "tools/install.py"))["fingerprint"]()
    (folder / ".venv/.installed").write_text(f"{fingerprint} ")


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """A learner's repository, who has put a grader of their own there; the course is beside it.

    In the lesson one answer is wrong, and one is right in part.
    """
    folder = tmp_path_factory.mktemp("learner")
    for name in ("lessons", "autograder", "solutions", "bin"):
        (folder / name).mkdir()
    text = (ROOT / "solutions" / f"{LESSON}.py").read_text()
    (folder / "lessons" / f"{LESSON}.py").write_text(text + PARTLY + WRONG)
    (folder / "autograder" / "__init__.py").write_text("raise SystemExit('a forged grader')\n")
    (folder / "solutions" / "01_data.py").write_text("x = 1\n")
    installed(folder / "course")
    (folder / "bin" / "sudo").write_text('#!/bin/sh\necho "$@" >> bin/log\n')
    (folder / "bin" / "sudo").chmod(0o755)
    (folder / "bin" / "python").symlink_to(sys.executable)
    lessons = ("--lesson", "03", "--lesson", "01_data")
    return folder, made(folder, *lessons, "--course", "us/mnist-course")


def shell(folder, line, **env):
    """Run a line as a step of a workflow does."""
    path = f"{folder}/bin:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", line], cwd=folder,
        capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PATH": path, **env},
    )  # fmt: skip


def steps_of(workflow):
    return workflow["jobs"]["run-autograding-tests"]["steps"]  # a name that the reporter looks for


# ---- the files -----------------------------------------------------------------------------------


def test_the_workflow_is_one_that_classroom_knows(everything):
    workflow = everything
    assert workflow["name"] == "Autograding Tests"
    assert workflow["on"] == ["push", "workflow_dispatch", "repository_dispatch"]
    assert workflow["permissions"] == {"actions": "read", "contents": "read"}
    assert len(workflow["jobs"]) == 1
    job = workflow["jobs"]["run-autograding-tests"]
    assert job["if"] == "github.actor != 'github-classroom[bot]'"
    for step in job["steps"]:
        assert ("uses" in step) != ("run" in step), step
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d", step.get("uses", "a/b@v1")), step
    known = [step["id"] for step in job["steps"] if "id" in step]
    assert len(known) == len(set(known)) == len(LESSONS)
    assert all(re.fullmatch(r"[a-z_][\w-]*", one) for one in known)


def test_the_reporter_is_told_of_each_exercise_once(everything):
    *steps, reporter = steps_of(everything)
    runners = reporter["with"]["runners"].split(",")
    assert len({one.upper() for one in runners}) == len(runners) == len(asked_for())
    assert list(reporter["env"]) == [f"{one.upper()}_RESULTS" for one in runners]
    ids = {step["id"]: step["run"] for step in steps if "id" in step}
    expected = [(lesson, name) for lesson in LESSONS for name in names_of(lesson)]
    for one, value, (lesson, name) in zip(runners, reporter["env"].values(), expected, strict=True):
        step = re.fullmatch(r"\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}", value)
        assert step and step[2] == one and f"--grade {lesson} " in ids[step[1]]
        assert one.endswith(name.lower().replace("_", "-"))


@pytest.mark.parametrize("course", ["", "us/mnist-course"])
def test_the_file_says_the_points_and_whom_not_to_trust(tmp_path, course):
    made(tmp_path, *(["--course", course] if course else []))
    about = " ".join(re.findall(r"^# (.*)$", (tmp_path / WORKFLOW).read_text(), re.MULTILINE))
    for lesson, found in LESSONS.items():
        parts = ", ".join(f"{asked.name} {asked.points}" for asked in found.exercises)
        assert f" {lesson}: {parts} " in about
    assert "may change this very file" in about
    theirs = "is the copy of the course in this repository, which a learner can change" in about
    assert theirs == (not course) and (f"comes from {course}," in about) == bool(course)


def test_the_course_is_installed_by_its_own_tool_and_with_the_torch_that_was_named(everything):
    [install] = [s for s in steps_of(everything) if s["name"] == "Install the course"]
    assert install["env"] == {"TORCH": CPU}
    assert (ROOT / install["run"].removeprefix("python ")).is_file()


def test_the_grader_may_come_from_elsewhere(learner):
    _, workflow = learner
    [checkout] = [s["with"] for s in steps_of(workflow) if s["name"] == "Checkout the course"]
    where = {"repository": "us/mnist-course", "path": "course", "persist-credentials": False}
    assert checkout == where
    lines = [step["run"].split()[0] for step in steps_of(workflow) if "id" in step]
    assert lines == ["course/.venv/bin/autograder"] * 2


# ---- the commands in it --------------------------------------------------------------------------


def results_of(path):
    found = {}
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        found[name] = json.loads(base64.b64decode(value, validate=True))
    return found


@pytest.fixture(scope="module")
def ran(learner, tmp_path_factory):
    """Every command of the workflow, run in a learner's repository; and what the reporter reads."""
    folder, workflow = learner
    *steps, reporter = steps_of(workflow)
    output = tmp_path_factory.mktemp("output") / "output"
    done = {
        step["name"]: shell(folder, step["run"], GITHUB_OUTPUT=str(output), **step.get("env", {}))
        for step in steps
        if "run" in step
    }
    assert list(results_of(output)) == reporter["with"]["runners"].split(",")
    return done, results_of(output)


def test_each_command_runs_and_the_learners_own_grader_is_not_asked(learner, ran):
    done, _ = ran
    assert [one.returncode for one in done.values()] == [0] * 4, done
    assert list(done)[1:] == ["Install the course", "Grade 01_data", f"Grade {LESSON}"]
    assert not any("forged" in one.stdout + one.stderr for one in done.values())
    assert done["Install the course"].stdout == ""  # it was there, where the workflow looks for it
    assert "apparmor_restrict_unprivileged_userns=0" in (learner[0] / "bin" / "log").read_text()
    assert done[f"Grade {LESSON}"].stderr.startswith("Isolation: full.\n")


def test_points_come_in_parts_as_the_reporter_reads_them(ran):
    for one in ran[1].values():
        RESULT.validate(one)
    points = dict(zip(names_of(LESSON), list(ran[1].values())[-8:], strict=True))
    assert sum(one["max_score"] for one in points.values()) == POINTS[LESSON]
    [relu], [conv2d], [dropout] = (points[n]["tests"] for n in ("relu", "conv2d", "dropout"))
    assert 0 < relu["score"] < 5 and relu["status"] == "fail" and "float64" in relu["message"]
    assert conv2d["score"] == 0 and "Autograding report" in conv2d["message"]
    assert dropout["score"] == 10 and points["dropout"]["status"] == "pass"


def test_a_lesson_that_is_not_there_gets_no_points_and_costs_no_other_lesson(ran):
    done, found = ran
    missing = list(found.values())[: len(names_of("01_data"))]
    assert sum(one["max_score"] for one in missing) == POINTS["01_data"]
    assert {one["tests"][0]["score"] for one in missing} == {0}
    assert "There is no 01_data.py or .ipynb in lessons" in done["Grade 01_data"].stderr
    assert "There is no 01_data.py" in missing[0]["tests"][0]["message"]


def test_nothing_that_a_learner_wrote_is_a_command_to_the_log(ran):
    done, found = ran
    shown = done[f"Grade {LESSON}"].stderr
    assert "Autograding report" in shown
    for text in (shown, *(one["tests"][0]["message"] for one in found.values())):
        assert "::" not in text and "##[" not in text and "\x1b" not in text


REFUSED = {
    "an exercise": (["--grade", "conv2d"], "conv2d is an exercise: name a lesson"),
    "no lesson": (["--lesson", "9"], "There is no lesson or exercise '9'"),
    "no folder": (["-o", "nowhere"], "nowhere is no folder: name the repository"),
    "no repository": (["--course", "x; y"], "a repository is named OWNER/REPOSITORY"),
    "folders": (["--course", "../.."], "a repository is named OWNER/REPOSITORY"),
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


def test_a_workflow_of_somebody_elses_stays_and_ours_is_written_anew(tmp_path, capsys):
    again = ["github-classroom", "--lesson", "01", "--torch", CPU, "--output", str(tmp_path)]
    args = make_parser().parse_args(again)
    target = tmp_path / WORKFLOW
    said = []
    for change in ("", "", "# mine\n"):
        if change:
            target.write_text(target.read_text() + change)
        assert args.run(args) == 0
        said.append(capsys.readouterr().out.partition(":")[0])
    assert said == ["Written", "As it was", "Written anew, in place of what this command wrote"]
    assert "# mine" not in target.read_text()
    target.write_text("name: mine\n")
    with pytest.raises(CourseError, match="is there, and is not from this command"):
        args.run(args)
    assert target.read_text() == "name: mine\n"
