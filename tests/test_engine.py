"""The engine as a whole: it leaves nothing behind, and grades exactly what the learner wrote."""

import ast
import gc
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.exercises import exercises_of
from autograder.grading import grade
from autograder.key import Key
from autograder.marking import mark
from autograder.sandbox.host import Limits, Zygote
from autograder.sandbox.isolated import Isolated
from autograder.submission import read
from autograder.syllabus import LESSONS, names_of

ROOT = Path(__file__).parent.parent
# Whoever starts tests in the background has Ctrl-C ignored, and processes inherit that.
BEGUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from autograder.cli import main
print("begun", flush=True)
sys.exit(main())
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux, which can isolate")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where temporary files go in this test, and nothing else does."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    return place


def written(tmp_path, text, name="03_conv_layers.py"):
    path = tmp_path / name
    path.write_text(text)
    return path


# ---- what is left behind -------------------------------------------------------------------------


def processes_of(folder):
    """Return the processes that were started with this folder as TMPDIR."""
    mark = f"TMPDIR={folder}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            continue
    return found


def groups_named(names):
    return [path for path in Path("/sys/fs/cgroup").rglob("autograder-*") if path.name in names]


def left_of(folder, names):
    """Return what is left of gradings: processes, temporary files, control groups, mounts."""
    mounts = [x for x in Path("/proc/mounts").read_text().splitlines() if str(folder) in x]
    return [*processes_of(folder), *folder.iterdir(), *groups_named(names), *mounts]


def nothing_left(folder, names, seconds=15.0):
    until = time.monotonic() + seconds
    while left_of(folder, names) and time.monotonic() < until:
        time.sleep(0.1)
    return left_of(folder, names)


# ---- a hundred submissions -----------------------------------------------------------------------

RIGHT = "import torch\ndef relu(x):\n    return torch.where(x > 0, x, 0 * x)\n"
MIX = {
    "honest": RIGHT,
    "wrong": "import torch\ndef relu(x):\n    return x.abs()\n",
    "crash": f"{RIGHT}# %%\nimport ctypes\ndef dropout(*args, **more):\n    ctypes.string_at(0)\n",
    "exit": f"{RIGHT}# %%\nimport os\nos.kill(os.getpid(), 9)\n",
    "missing": "x = bytearray(10_000_000)\n",
}
POINTS = {"honest": 5, "wrong": 0, "crash": 5, "exit": 5, "missing": 0}


def memory_of(pid):
    gc.collect()
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(text.partition("\nPss_Anon:")[2].split()[0]) / 1024


def state(zygote, folder):
    """Return what must not grow: descriptors, processes, mounts, files, groups."""
    pids = [os.getpid(), *zygote]
    descriptors = [len(os.listdir(f"/proc/{pid}/fd")) for pid in pids]  # noqa: PTH208
    mounts = [len(Path(f"/proc/{pid}/mountinfo").read_text().splitlines()) for pid in pids]
    files = sorted(path.name for path in folder.glob("*/*"))
    names = {path.name for path in folder.iterdir()}
    return descriptors, sorted(processes_of(folder)), mounts, files, groups_named(names)


@linux
@pytest.mark.slow
def test_a_hundred_submissions_leave_nothing_behind(tmp_path, folder):
    lesson, key = "03_conv_layers", Key(1)
    files = {name: written(tmp_path, text, f"{lesson}_{name}.py") for name, text in MIX.items()}
    submissions = {name: read(path) for name, path in files.items()}
    with Zygote(lesson, set(names_of(lesson))) as zygote:
        zygote.wait()
        pids = processes_of(folder)
        for round_ in range(20):
            for name, submission in submissions.items():
                report = mark(submission, lesson, zygote, key)
                assert report.score == POINTS[name], (name, round_)
            if round_ == 2:
                before, used = state(pids, folder), list(map(memory_of, [os.getpid(), *pids]))
        assert state(pids, folder) == before
        for more, first in zip(map(memory_of, [os.getpid(), *pids]), used, strict=True):
            assert more - first < 12  # MB, for 85 submissions
        assert len(pids) == 2 and zygote.process.pid in pids
    assert nothing_left(folder, {zygote.folder.name}, 0) == []


# ---- stopped at any moment -----------------------------------------------------------------------

LINGERS = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(100)
    os._exit(0)
# %%
def read_idx(path):
    time.sleep(20)
"""
MOMENTS = [(round(random.Random(i).uniform(0.1, 6), 2), i) for i in range(12)]  # by seed


def started(path, folder, *more):
    process = subprocess.Popen(
        [sys.executable, "-c", BEGUN, "grade", str(path), *more], text=True, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )  # fmt: skip
    assert process.stdout.readline() == "begun\n"
    return process


@linux
@pytest.mark.slow
@pytest.mark.parametrize(("moment", "number"), MOMENTS)
def test_stopped_at_any_moment_it_leaves_nothing_behind(tmp_path, folder, moment, number):
    kind = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)[number % 3]
    isolation = "process" if number % 4 == 3 else "full"
    path = written(tmp_path, LINGERS, "01_data.py")
    process = started(path, folder, "--isolation", isolation)
    time.sleep(moment)
    names = {place.name for place in folder.iterdir()}
    (os.killpg if number // 3 % 2 else os.kill)(process.pid, kind)
    out, error = process.communicate(timeout=30)
    assert nothing_left(folder, names) == []
    if kind != signal.SIGKILL:
        assert (process.returncode, out, error) == (130, "", "\nStopped.\n")


@linux
def test_two_gradings_at_once_do_not_disturb_each_other(tmp_path, folder):
    path = shutil.copy(ROOT / "solutions" / "01_data.py", tmp_path)
    outs = [tmp_path / "a.json", tmp_path / "b.json"]
    both = [started(path, folder, "--seed", "3", "--json", str(out)) for out in outs]
    for process in both:
        assert process.communicate(timeout=200)[1] == "" and process.returncode == 0
    first, second = (json.loads(out.read_text()) for out in outs)
    first["seconds"] = second["seconds"] = 0
    assert first == second and first["score"] == first["max_score"]
    assert left_of(folder, set()) == []


# ---- what a guest can see of its host ------------------------------------------------------------

LOOKS = r"""
import os, pathlib, re
KNOWN = bytearray(b"a word that is known to be here")
# As patterns: so the words themselves are nowhere in this text.
WORDS = {"known": re.compile(b"that is [k]nown to"), "secret": re.compile(b"xyzzy-[7]261")}
seen = {name: 0 for name in WORDS}
def look(text):
    for name, word in WORDS.items():
        seen[name] += len(word.findall(text))
for place in pathlib.Path("/proc").glob("[0-9]*"):
    for file in ("environ", "cmdline", "maps", "mounts"):
        look((place / file).read_bytes())
with open("/proc/self/mem", "rb") as memory:
    for line in open("/proc/self/maps"):
        first, last = (int(part, 16) for part in line.split()[0].split("-"))
        if "rw" in line.split()[1]:
            memory.seek(first)
            look(memory.read(last - first))
print("known", seen["known"] > 0, "secret", seen["secret"] > 0)
print("environment", sorted(os.environ))
def is_open(number):
    try:
        return bool(os.fstat(number))
    except OSError:
        return False
print("open", [number for number in range(256) if is_open(number)])
"""


@linux
def test_a_guest_sees_no_secret_and_holds_four_files(tmp_path, folder, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "xyzzy-7261")
    with Zygote("01_data", set()) as zygote:
        zygote.wait()
        report = mark(read(written(tmp_path, LOOKS, "01_data.py")), "01_data", zygote, Key(1))
    assert report.warnings == []
    words, environment, files = report.output.splitlines()
    assert words == "known True secret False"
    assert "SECRET" not in environment and "USER" in environment
    assert files == "open [0, 1, 2, 3]"


# ---- the grader grades the learner's file --------------------------------------------------------

HEAVY = "train_digit_cnn learning_rate_sweep train_robust_cnn build_model train hunt_3".split()
# Which fall, too, where an answer calls another one of the same file.
ALSO = {
    "class_counts": {"plot_class_counts"},
    "conv_output_size": {"conv2d", "max_pool2d", "Conv2d"},
    "conv2d": {"Conv2d"},
    "cross_entropy": {"train_step"},
    "Adam": {"fit", "train_digit_cnn"},
    "fit": {"train_digit_cnn"},
    "predict_probabilities": {"hardest_mistakes"},
    "random_affine": {"train_robust_cnn"},
}
ALL = [(lesson, name) for lesson in LESSONS for name in names_of(lesson)]


def planted(source, name):
    """Return the source with `raise` as the first line of a function, or of each method."""
    (node,) = (n for n in ast.parse(source).body if getattr(n, "name", "") == name)
    functions = node.body if isinstance(node, ast.ClassDef) else [node]
    lines = source.split("\n")
    for function in reversed([f for f in functions if isinstance(f, ast.FunctionDef)]):
        first = function.body[0]
        assert first.lineno > function.lineno
        lines.insert(first.lineno - 1, " " * first.col_offset + 'raise RuntimeError("planted")')
    return "\n".join(lines)


@pytest.fixture(scope="module")
def rooms():
    """A zygote and a key for each lesson, made when they are first asked for."""
    made = {}

    def room_of(lesson):
        if lesson not in made:
            for zygote, _ in made.values():  # one at a time: each holds memory
                zygote.close()
            zygote = Zygote(lesson, set(names_of(lesson)), limits=Limits(seconds=120))
            zygote.wait()
            made[lesson] = zygote, Key(7)
        return made[lesson]

    yield room_of
    for zygote, _ in made.values():
        zygote.close()


@linux
@pytest.mark.slow
@pytest.mark.parametrize(("lesson", "name"), ALL, ids=[name for _, name in ALL])
def test_a_fault_in_an_answer_costs_exactly_that_answer(tmp_path, rooms, lesson, name):
    source = (ROOT / "solutions" / f"{lesson}.py").read_text()
    submission = read(written(tmp_path, planted(source, name), f"{lesson}.py"))
    falls = {name, *ALSO.get(name, ())}
    asked = [e for e in exercises_of(lesson) if e.name in falls or e.name not in HEAVY]
    zygote, key = rooms(lesson)
    with Isolated(zygote, submission, lesson) as runner:
        verdicts = [grade(exercise, runner, 7, key=key) for exercise in asked]
    assert {verdict.name for verdict in verdicts if verdict.score == 0} == falls
    assert {verdict.name for verdict in verdicts if verdict.score < verdict.max_score} == falls
