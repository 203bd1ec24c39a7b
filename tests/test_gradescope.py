"""`autograder gradescope`: its zip, run in a folder laid out as Gradescope's, and its results."""

import json
import stat
import subprocess
import sys
import zipfile
from unittest.mock import patch

import jupytext
import pytest
from grader_command import ROOT, command
from gradescope_folder import FIELDS, LESSON, SOLUTION, VALIDATOR, laid_out, run

from autograder.platforms import gradescope, rooms
from autograder.sandbox.host import Limits, Zygote
from autograder.syllabus import names_of

HOSTILE = '<b></p><script>alert("x")</script>\x1b[31m\x1b[2J\u202e'
DOUBLED = "\n# %%\n_right = normalize\ndef normalize(*args):\n    return _right(*args).double()\n"
TWICE = "\n# %%\ndef channel_stats(images):\n    return 0.5, 2 * float(images.std())\n"
HANGS = "\n# %%\nimport time\nwhile True:\n    time.sleep(1)\n"
TROUBLES = f"""
def normalize(images, mean, std):
    raise ValueError({HOSTILE!r})
print({HOSTILE!r})
# %%
def to_tensors(images, labels):
    import os
    os._exit(3)
# %%
import os
os.kill(os.getpid(), 11)
"""
NOTEBOOK = jupytext.writes(jupytext.reads(SOLUTION, "py:percent"), "ipynb")
STUB = (ROOT / "lessons" / f"{LESSON}.py").read_text()
# By case: what lies in the folder, and which of it is graded.
GRADED = {
    "right": (  # as in a clone; the stub of the script is not what was worked in
        {
            f"lessons/{LESSON}.ipynb": NOTEBOOK,
            f"lessons/{LESSON}.py": STUB,
            f"solutions/{LESSON}.py": "x = 1\n",
        },
        0,
    ),
    "partly, wrong, wrong name": ({"my homework.py": SOLUTION + DOUBLED + TWICE}, 0),
    "crash, hostile": ({f"{LESSON}\x1b[31m<b>.py": TROUBLES, "notes.txt": "x"}, 0),
    "empty": ({f"{LESSON}.py": "", ".ipynb_checkpoints/01_data.py": SOLUTION}, 0),
    "100 MB": ({f"{LESSON}.py": "#" * 100_000_000}, 0),
}
REFUSED = {
    "no submission": ({}, "(no .py and no .ipynb) no file is that lesson"),
    "two files": ({f"{LESSON}.py": "x = 1\n", f"{LESSON}.ipynb": "{}"}, "Several files could be"),
    "another lesson": ({"03_conv_layers.py": SOLUTION}, "(03_conv_layers.py) no file is that"),
    "two with odd names": ({"a.py": "x = 1\n", "b.py": "x = 1\n"}, "(a.py, b.py) no file is"),
    "text alone": ({"answers.txt": SOLUTION, "some.zip": "no zip"}, "(some.zip) no file is that"),
}


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    """The zip, for a seed."""
    path = tmp_path_factory.mktemp("zip") / "autograder.zip"
    torch = "torch==2 'x y'"
    done = command("gradescope", "--lesson", "01", "-o", path, "--seed", 4, "--torch", torch)
    assert done.returncode == 0 and done.stdout.startswith(f"{path}: {LESSON}, "), done.stderr
    return path


@pytest.fixture(scope="module")
def here():
    """Run what runs there in this process: its rooms are forks of one zygote."""
    zygote = Zygote(LESSON, set(names_of(LESSON)), "full", Limits(seconds=60))
    zygote.wait()
    kept = patch.object(zygote, "close")

    def main(folder):
        arguments = ["--root", str(folder), "--lesson", LESSON, "--seed", "4"]
        with kept, patch.object(rooms, "_ready", lambda *_: zygote):
            code = gradescope.main(arguments)
        return code, json.loads((folder / "results" / "results.json").read_text())

    yield main
    zygote.close()


@pytest.fixture(scope="module")
def graded(tmp_path_factory, zipped, here):
    """Each case that is graded: the code, the results, what `grade --seed` says of it."""
    found, paths = {}, []
    for case, (files, which) in GRADED.items():
        whole = zipped if case == "right" else None  # by its own script, out of the zip
        folder = laid_out(tmp_path_factory.mktemp("root") / "autograder", whole, files)
        paths.append(folder / "submission" / list(files)[which])
        found[case] = run(folder)[1:] if whole else here(folder)
    out = tmp_path_factory.mktemp("out") / "out.json"
    command("grade", *paths, "--lesson", LESSON, "--seed", 4, "--json", out)
    reports = dict(zip(GRADED, json.loads(out.read_text()), strict=True))
    return {case: (*found[case], reports[case]) for case in GRADED}


# ---- what is graded ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", GRADED)
def test_the_points_are_those_of_grade_and_the_format_is_the_documented_one(graded, case):
    code, results, report = graded[case]
    VALIDATOR.validate(results)
    tests = results["tests"]
    assert code == 0 and [one["name"] for one in tests] == names_of(LESSON)
    for name in ("score", "max_score"):
        assert [t[name] for t in tests] == [e[name] for e in report["exercises"]]
    assert results["score"] == report["score"] == sum(one["score"] for one in tests)
    assert results["extra_data"]["report"]["exercises"] == report["exercises"]
    assert {one["output_format"] for one in tests} == {"text"} == {results["output_format"]}
    assert all((t["status"] == "passed") == (t["score"] == t["max_score"]) for t in tests)
    assert all(one["output"] and one["visibility"] == "visible" for one in tests)
    assert results["stdout_visibility"] == "hidden" and results["execution_time"] >= 0
    assert all(char.isprintable() or char == "\n" for char in json.dumps(results, indent=1))


def test_learners_do_not_see_the_seed(graded):
    results = graded["right"][1]
    assert results["extra_data"]["report"]["seed"] == 4
    assert results["output"] == "lessons/01_data.ipynb: 46 of 46 points."


def by_name(results):
    return {one["name"]: one for one in results["tests"]}


def test_each_kind_of_answer_gets_what_it_should(graded):
    assert graded["right"][1]["score"] == 46
    partly = by_name(graded["partly, wrong, wrong name"][1])
    assert 0 < partly["normalize"]["score"] < partly["normalize"]["max_score"]
    assert partly["channel_stats"]["score"] == 0 and "Next: " in partly["channel_stats"]["output"]
    assert "float64" in partly["normalize"]["output"]
    assert partly["read_idx"]["status"] == "passed"
    for case, sentence in (("empty", "There is no code in this"), ("100 MB", "is too large: at")):
        assert graded[case][1]["score"] == 0 and sentence in graded[case][1]["output"]


def test_what_crashes_or_talks_html_costs_its_own_points(graded):
    results = graded["crash, hostile"][1]
    tags = {name: one["tags"][0] for name, one in by_name(results).items()}
    assert tags["normalize"] == "error" and tags["to_tensors"] == "error"
    assert tags["make_loader"] == "missing"
    assert "<script>" in by_name(results)["normalize"]["output"]  # as text, which is escaped there
    assert "<script>" in results["output"] and "\x1b" not in results["output"]


def test_what_loops_for_ever_is_stopped_and_keeps_the_points_of_other_cells(tmp_path, here):
    folder = laid_out(tmp_path / "autograder", None, {f"{LESSON}.py": SOLUTION + HANGS})
    with patch("autograder.sandbox.isolated.LOADING", 2.0):
        code, results = here(folder)
    VALIDATOR.validate(results)
    assert code == 0 and results["score"] == 46 and "stopped from outside" in results["output"]


@pytest.mark.parametrize("case", REFUSED)
def test_who_hands_in_no_lesson_gets_no_points_and_is_told_why(tmp_path, here, case):
    files, sentence = REFUSED[case]
    code, results = here(laid_out(tmp_path / "autograder", None, files))
    VALIDATOR.validate(results)
    assert code == 0 and results["score"] == 0 and sentence in results["output"]
    tests = results["tests"]
    assert [one["name"] for one in tests] == names_of(LESSON)
    assert {one["score"] for one in tests} == {0} and {one["status"] for one in tests} == {"failed"}
    assert sum(one["max_score"] for one in tests) == 46


def test_a_link_to_the_answers_is_no_submission(tmp_path, here):
    folder = laid_out(tmp_path / "autograder", None, {})
    (folder / "submission" / f"{LESSON}.py").symlink_to(ROOT / "solutions" / f"{LESSON}.py")
    (folder / "submission" / "lessons").symlink_to(ROOT / "solutions")
    code, results = here(folder)
    assert code == 0 and results["score"] == 0
    assert "(no .py and no .ipynb)" in results["output"]


BROKEN = {
    "the engine fails": ("rooms.py", "def graded(*_):\n    raise RuntimeError('planted')"),
    "nothing can be imported": ("gradescope.py", "import planted"),
    "it is killed": ("gradescope.py", "import os\nos.kill(os.getpid(), 9)"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_fault_of_the_grader_takes_no_points_and_is_an_error(tmp_path, zipped, case):
    name, text = BROKEN[case]
    folder = laid_out(tmp_path / "autograder", zipped, {f"{LESSON}.py": SOLUTION})
    with (folder / "source/autograder/platforms" / name).open(
        "a" if "def" in text else "w"
    ) as file:
        file.write(text + "\n")
    printed, code, results = run(folder)
    FIELDS.validate(results)
    assert not VALIDATOR.is_valid(results)  # so Gradescope gives no grade, not even 0
    assert code != 0 and ("planted" in printed or case == "it is killed")
    assert "Traceback" not in results["output"] and "your instructor" in results["output"]
    assert results["stdout_visibility"] == "hidden" and results["extra_data"]["error"]


# ---- the zip -------------------------------------------------------------------------------------


def test_the_zip_holds_the_engine_and_no_solution(zipped):
    with zipfile.ZipFile(zipped) as file:
        modes = {one.filename: one.external_attr >> 16 for one in file.infolist()}
        content = b"\n".join(map(file.read, modes)).decode()
    assert {"setup.sh", "run_autograder", "requirements.txt"} <= set(modes)
    assert {"autograder/sandbox/host.py", "mnist_course/layers.py"} <= set(modes)
    for name, mode in modes.items():
        script = name in ("setup.sh", "run_autograder")
        assert mode == stat.S_IFREG | (0o755 if script else 0o644), name
        assert script or name == "requirements.txt" or name.split("/")[0] in (
            "autograder", "mnist_course",
        ), name  # fmt: skip
    assert not any(name.endswith((".safetensors", ".pyc")) for name in modes)
    assert not {"weights", "__pycache__", ".git"} & {part for n in modes for part in n.split("/")}
    assert str(ROOT) not in content and sys.prefix not in content


def test_the_same_course_makes_the_same_zip(zipped, tmp_path):
    again = tmp_path / "again.zip"
    command("gradescope", "--lesson", LESSON, "-o", again, "--seed", 4, "--torch", "torch==2 'x y'")
    assert again.read_bytes() == zipped.read_bytes()


FAKE = """#!/bin/bash
echo "$(basename "$0") $*" >> {log}
case "$(basename "$0") $*" in
    "python3 -c"*"version_info < (3, 11)"*) exit 1 ;; # too old
    *"install"*"python3.13"*) exit 100 ;; # no such package
    *"-m venv"*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
esac
"""


OLD = '#!/bin/bash\n[[ "$1 $2" != "-c "*"version_info < (3, 11)"* ]]\n'


def set_up(folder, tools, fake):
    """Run setup.sh where apt and every Python are that script."""
    tools.mkdir()
    for name in ("apt-get", "python3", "python3.13", "python3.12", "python3.11"):
        (tools / name).write_text(fake)
        (tools / name).chmod(0o755)
    env = {"PATH": f"{tools}:/usr/bin:/bin", "GRADESCOPE_ROOT": str(folder)}
    line = ["bash", folder / "source" / "setup.sh"]
    return subprocess.run(line, env=env, capture_output=True, text=True, timeout=60)


def test_setup_finds_a_python_that_is_new_enough_and_installs(tmp_path, zipped):
    folder, log = laid_out(tmp_path / "autograder", zipped, {}), tmp_path / "log"
    done = set_up(folder, tmp_path / "bin", FAKE.format(log=log))
    assert done.returncode == 0, done.stderr
    lines = log.read_text().splitlines()
    assert f"python3.12 -m venv {folder}/venv" in lines
    pip = "python -m pip install --no-cache-dir"
    installed = [line for line in lines if line.startswith("python -m pip")]
    assert installed == [f"{pip} torch==2 x y", f"{pip} -r {folder}/source/requirements.txt"]
    assert lines[-1].startswith("python -c import autograder.marking, torch")


def test_setup_says_so_where_every_python_is_too_old(tmp_path, zipped):
    folder = laid_out(tmp_path / "autograder", zipped, {})
    done = set_up(folder, tmp_path / "bin", OLD)
    assert done.returncode == 1 and "Python 3.11 or newer" in done.stderr


# ---- what the command refuses --------------------------------------------------------------------

COMMANDS = {
    "no such lesson": (["--lesson", "9"], "There is no lesson or exercise '9'"),
    "an exercise": (["--lesson", "conv2d"], "conv2d is an exercise: name a lesson"),
    "no folder": (["--lesson", "1", "-o", "no/a.zip"], "a.zip cannot be written: there is no"),
    "no words": (["--lesson", "1", "--torch", "'"], "no words as a shell reads them"),
    "nothing": (["--lesson", "1", "--torch", " "], "what follows `pip install`, in one line"),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_bad_input_is_told_in_a_sentence(case):
    arguments, sentence = COMMANDS[case]
    done = command("gradescope", *arguments)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert sentence in done.stderr.strip().split("\n")[-1]
