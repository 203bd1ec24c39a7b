"""`autograder gradescope`: its zip, run in a folder laid out as Gradescope's, and its results."""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
from grader_command import ROOT, command, without
from jsonschema import Draft202012Validator

from autograder.syllabus import names_of

LESSON = "01_data"
SCHEMA = json.loads((ROOT / "tests" / "gradescope.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
FIELDS = Draft202012Validator({**SCHEMA, "anyOf": [{}]})  # without the demand for a score
SOLUTION = (ROOT / "solutions" / f"{LESSON}.py").read_text()
HOSTILE = '<b></p><script>alert("x")</script>\x1b[31m\x1b[2J\u202e'
DOUBLED = "\n# %%\n_right = normalize\ndef normalize(*args):\n    return _right(*args).double()\n"
TWICE = "\n# %%\ndef channel_stats(images):\n    return 0.5, 2 * float(images.std())\n"
TROUBLES = f"""
def normalize(images, mean, std):
    raise ValueError({HOSTILE!r})
print({HOSTILE!r})
# %%
def channel_stats(images):
    while True:
        pass
# %%
def to_tensors(images, labels):
    import os
    os._exit(3)
# %%
import os
os.kill(os.getpid(), 11)
"""
# By case: what lies in the folder, and which of it is graded.
GRADED = {
    "right": (  # as in a clone
        {
            f"lessons/{LESSON}.py": SOLUTION,
            f"lessons/{LESSON}.ipynb": "{}",
            f"solutions/{LESSON}.py": "x = 1\n",
        },
        0,
    ),
    "partly, wrong, wrong name": ({"my homework.py": SOLUTION + DOUBLED + TWICE}, 0),
    "crash, loop, hostile": ({f"{LESSON}\x1b[31m<b>.py": TROUBLES, "notes.txt": "x"}, 0),
    "empty": ({f"{LESSON}.py": "", ".ipynb_checkpoints/01_data.py": SOLUTION}, 0),
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
    done = command(
        "gradescope", "--lesson", "1", "-o", path, "--seed", 4, "--torch", "torch==2 'x y'"
    )
    assert done.returncode == 0 and done.stdout.startswith(f"{path}: {LESSON}, "), done.stderr
    return path


def laid_out(folder, zipped, files):
    """Make a folder as Gradescope does, and a learner's files in it."""
    for name in ("source", "submission", "results"):
        (folder / name).mkdir(parents=True)
    with zipfile.ZipFile(zipped) as file:
        file.extractall(folder / "source")
        mode = file.getinfo("run_autograder").external_attr >> 16
    shutil.copy(folder / "source" / "run_autograder", folder / "run_autograder")
    (folder / "run_autograder").chmod(mode)
    for name, content in files.items():
        path = folder / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def run(folder, before=()):
    """Run its script as Gradescope does; return what it printed, its code, what it wrote."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "GRADESCOPE_ROOT": str(folder), "GRADESCOPE_PYTHON": sys.executable}
    done = subprocess.run(
        [*before, str(folder / "run_autograder")], cwd="/", env=env, text=True, timeout=120,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    text = (folder / "results" / "results.json").read_text()
    assert [path.name for path in (folder / "results").iterdir()] == ["results.json"]
    return done.stdout, done.returncode, json.loads(text), text


@pytest.fixture(scope="module")
def graded(tmp_path_factory, zipped):
    """Each case that is graded: what was printed, the results, what `grade --seed` says of it."""
    folders, paths = {}, []
    for case, (files, which) in GRADED.items():
        folders[case] = laid_out(tmp_path_factory.mktemp("root") / "autograder", zipped, files)
        paths.append(folders[case] / "submission" / list(files)[which])
    found = {case: run(folder) for case, folder in folders.items()}
    out = tmp_path_factory.mktemp("out") / "out.json"
    command("grade", *paths, "--lesson", LESSON, "--seed", 4, "--json", out)
    reports = dict(zip(GRADED, json.loads(out.read_text()), strict=True))
    return {case: (*found[case], reports[case]) for case in GRADED}


# ---- what is graded ------------------------------------------------------------------------------


@pytest.mark.parametrize("case", GRADED)
def test_the_points_are_those_of_grade_and_the_format_is_the_documented_one(graded, case):
    printed, code, results, text, report = graded[case]
    VALIDATOR.validate(results)
    assert code == 0 and printed.startswith("Isolation: full.\n"), printed
    tests = results["tests"]
    assert [one["name"] for one in tests] == names_of(LESSON)
    for name in ("score", "max_score"):
        assert [t[name] for t in tests] == [e[name] for e in report["exercises"]]
    assert results["score"] == report["score"] == sum(one["score"] for one in tests)
    assert results["extra_data"]["report"]["exercises"] == report["exercises"]
    assert {one["output_format"] for one in tests} == {"text"} == {results["output_format"]}
    assert all((t["status"] == "passed") == (t["score"] == t["max_score"]) for t in tests)
    assert all(one["output"] for one in tests)
    assert all(char.isprintable() or char == "\n" for char in text + printed)


def by_name(results):
    return {one["name"]: one for one in results["tests"]}


def test_each_kind_of_answer_gets_what_it_should(graded):
    assert graded["right"][2]["score"] == 46
    partly = by_name(graded["partly, wrong, wrong name"][2])
    assert 0 < partly["normalize"]["score"] < partly["normalize"]["max_score"]
    assert partly["channel_stats"]["score"] == 0 and "Next: " in partly["channel_stats"]["output"]
    assert "float64" in partly["normalize"]["output"]
    assert partly["read_idx"]["status"] == "passed"
    assert graded["empty"][2]["score"] == 0
    assert "There is no code in this file." in graded["empty"][2]["output"]


def test_what_crashes_loops_or_talks_html_costs_its_own_points(graded):
    results = graded["crash, loop, hostile"][2]
    tags = {name: one["tags"][0] for name, one in by_name(results).items()}
    assert tags["normalize"] == "error" and tags["channel_stats"] == "timeout"
    assert tags["to_tensors"] == "error" and tags["make_loader"] == "missing"
    assert "<script>" in by_name(results)["normalize"]["output"]  # as text, which is escaped there
    assert "<script>" in results["output"] and "\x1b" not in results["output"]


@pytest.mark.parametrize("case", REFUSED)
def test_who_hands_in_no_lesson_gets_no_points_and_is_told_why(tmp_path, zipped, case):
    files, sentence = REFUSED[case]
    printed, code, results, _ = run(laid_out(tmp_path / "autograder", zipped, files))
    VALIDATOR.validate(results)
    assert code == 0 and sentence in printed, printed
    assert results["score"] == 0 and sentence in results["output"]
    tests = results["tests"]
    assert [one["name"] for one in tests] == names_of(LESSON)
    assert {one["score"] for one in tests} == {0} and {one["status"] for one in tests} == {"failed"}
    assert sum(one["max_score"] for one in tests) == 46


# ---- what the machine there does not allow -------------------------------------------------------


def test_without_namespaces_it_grades_and_instructors_are_told_so(tmp_path, zipped):
    folder = laid_out(tmp_path / "autograder", zipped, {f"{LESSON}.py": TWICE})
    printed, code, results, _ = run(folder, without("pid"))
    VALIDATOR.validate(results)
    assert code == 0 and printed.startswith("Isolation: process alone. "), printed
    *tests, warning = results["tests"]
    assert [one["name"] for one in tests] == names_of(LESSON)
    assert warning["visibility"] == "hidden" and warning["output"] in printed
    assert "cannot be isolated on this machine" in warning["output"] and "score" not in warning
    assert results["stdout_visibility"] == "hidden"
    assert results["extra_data"]["report"]["isolation"] == "process"


# What a submission tries that is not in a room: to see the answers, to give itself points.
ATTACK = """
import os
from pathlib import Path
root = Path({root!r})
tries = {
    "seen": lambda: (root / "seen.txt").read_text(),
    "source": lambda: (root / "source/mnist_course/layers.py").read_text(),
    "results": lambda: (root / "results/results.json").write_text("{}"),
    "script": lambda: (root / "run_autograder").write_text(""),
    "kill": lambda: os.kill(os.getppid(), 9),
}
for name, attempt in tries.items():
    try:
        attempt()
        print(name, "could be done")
    except OSError as error:
        print(name, error.strerror)
"""


def as_another_user():
    """Return what to put before a command so that any user can read Python, wherever it lies."""
    ways = [*Path(sys.base_prefix).resolve().parents, *Path(sys.prefix).resolve().parents]
    closed = {way for way in ways if not way.stat().st_mode & 1}
    script = "mount --make-rprivate /\n" + "".join(
        f"d=$(mktemp -d) && chmod 755 $d\n"
        f"for f in {way}/* {way}/.[!.]*; do [ -d $f ] && mkdir $d/$(basename $f) &&"
        f" mount --rbind $f $d/$(basename $f); done\nmount --rbind $d {way}\n"
        for way in closed
    )
    before = ["unshare", "-m", "bash", "-c", f'{script}exec "$@"', "_"]
    if os.geteuid() or not shutil.which("unshare") or subprocess.run([*before, "true"]).returncode:
        pytest.skip("needs root, and mounts of its own")
    return before


def test_without_a_room_root_lets_a_submission_change_nothing(zipped, request):
    root = Path(tempfile.mkdtemp())
    request.addfinalizer(lambda: shutil.rmtree(root))
    root.chmod(0o755)
    text = ATTACK.replace("{root!r}", repr(str(root / "autograder")))
    folder = laid_out(root / "autograder", zipped, {f"{LESSON}.py": text + TWICE})
    (folder / "seen.txt").write_text("by any user")
    refused = folder / "source" / "autograder" / "sandbox" / "syscalls.py"
    refused.write_text('def prepared():\n    raise RuntimeError("planted")\n')
    printed, code, results, _ = run(folder, as_another_user())
    VALIDATOR.validate(results)
    assert code == 0 and printed.startswith("Isolation: process alone. ") and "planted" in printed
    said = results["output"].partition("It printed:\n")[2].splitlines()
    no = {"source": 13, "results": 13, "script": 13, "kill": 1}
    assert said == ["seen could be done", *(f"{k} {os.strerror(v)}" for k, v in no.items())]


BROKEN = {
    "the engine fails": ("marking.py", 'raise RuntimeError("planted \x1b[31m")', "planted"),
    "nothing can be imported": ("platforms/gradescope.py", "import no_such_thing", "no_such_thing"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_fault_of_the_grader_takes_no_points_and_is_an_error(tmp_path, zipped, case):
    name, text, told = BROKEN[case]
    folder = laid_out(tmp_path / "autograder", zipped, {f"{LESSON}.py": SOLUTION})
    (folder / "source" / "autograder" / name).write_text(text + "\n")
    printed, code, results, _ = run(folder)
    FIELDS.validate(results)
    assert not VALIDATOR.is_valid(results)  # so Gradescope gives no grade, not even 0
    assert code != 0 and told in printed and "Traceback" in printed
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


def test_setup_finds_a_python_that_is_new_enough_and_installs(tmp_path, zipped):
    folder, log = laid_out(tmp_path / "autograder", zipped, {}), tmp_path / "log"
    (tmp_path / "bin").mkdir()
    for name in ("apt-get", "python3", "python3.13", "python3.12", "python3.11"):
        fake = tmp_path / "bin" / name
        fake.write_text(FAKE.format(log=log))
        fake.chmod(0o755)
    env = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "GRADESCOPE_ROOT": str(folder)}
    done = subprocess.run(
        ["bash", folder / "source" / "setup.sh"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    lines = log.read_text().splitlines()
    assert f"python3.12 -m venv {folder}/venv" in lines
    pip = "python -m pip install --no-cache-dir"
    installed = [line for line in lines if line.startswith("python -m pip")]
    assert installed == [f"{pip} torch==2 x y", f"{pip} -r {folder}/source/requirements.txt"]
    assert lines[-1].startswith("python -c import autograder.marking, torch")


def test_setup_says_so_where_every_python_is_too_old(tmp_path, zipped):
    folder = laid_out(tmp_path / "autograder", zipped, {})
    (tmp_path / "bin").mkdir()
    for name in ("apt-get", "python3", "python3.13", "python3.12", "python3.11"):
        fake = tmp_path / "bin" / name
        fake.write_text('#!/bin/bash\n[[ "$1 $2" != "-c "*"version_info < (3, 11)"* ]]\n')
        fake.chmod(0o755)
    env = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "GRADESCOPE_ROOT": str(folder)}
    done = subprocess.run(
        ["bash", folder / "source" / "setup.sh"],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
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
