"""An honest answer gets its points, whatever else is in the file; in the room, with all its walls.

Each fault is put beside, or into, answers whose points are known.
"""

import textwrap

import pytest

from autograder.key import Key
from autograder.marking import mark
from autograder.sandbox import isolated
from autograder.sandbox.host import Limits, Zygote
from autograder.submission import read
from autograder.syllabus import LESSONS, names_of

LESSON = "03_conv_layers"
ANSWERS = {
    "conv_output_size": """
        def conv_output_size(size, kernel_size, stride=1, padding=0):
            if min(size, kernel_size, stride) < 1 or padding < 0:
                raise ValueError("not positive")
            if kernel_size > size + 2 * padding:
                raise ValueError("that does not fit")
            FAULT
            return (size + 2 * padding - kernel_size) // stride + 1
        """,
    "relu": """
        def relu(x):
            FAULT
            return x * (x > 0)
        """,
    "count_parameters": """
        def count_parameters(model):
            FAULT
            return sum(p.numel() for p in model.parameters() if p.requires_grad)
        """,
}


@pytest.fixture(scope="module")
def zygote():
    with Zygote(LESSON, set(names_of(LESSON)), limits=Limits(seconds=120)) as found:
        found.wait()
        yield found


@pytest.fixture(scope="module")
def key():
    return Key(1, "digits")


@pytest.fixture
def graded(zygote, key, tmp_path):
    """Grade a file: what it begins with, and what the answers of some exercises do first."""

    def grade(begin="", **faults):
        path = tmp_path / f"{LESSON}.py"
        path.write_text(script(begin, faults))
        return mark(read(path), LESSON, zygote, key)

    return grade


@pytest.fixture
def hasty(monkeypatch):
    """Wait no longer by the clock than by the processor."""
    monkeypatch.setattr(isolated, "PATIENCE", 1.0)


def script(begin, faults):
    cells = [textwrap.dedent(begin)]
    for name, text in ANSWERS.items():
        fault = faults.get(name, "pass").replace("\n", "\n    ")
        cells.append(textwrap.dedent(text).replace("FAULT", fault))
    return "".join(f"# %%\n{cell}\n" for cell in ["import torch", *cells])


def points(report):
    return {verdict.name: verdict.score for verdict in report.verdicts if verdict.name in ANSWERS}


@pytest.fixture(scope="module")
def deserved(zygote, key, tmp_path_factory):
    """What the answers get in a file without a fault: all points of their exercises."""
    path = tmp_path_factory.mktemp("plain") / f"{LESSON}.py"
    path.write_text(script("", {}))
    report = mark(read(path), LESSON, zygote, key)
    found = points(report)
    assert report.warnings == []
    assert found == {v.name: v.max_score for v in report.verdicts if v.name in ANSWERS}
    return found


# ---- faults that cost the exercise in which they are, and no other -------------------------------

FAULTS = {
    "is a stub": ("raise NotImplementedError", "not_attempted"),
    "raises": ("raise RuntimeError('no')", "error"),
    "exits": ("raise SystemExit(0)", "error"),
    "leaves": ("import os; os._exit(0)", "error"),
    "crashes": ("import ctypes; ctypes.string_at(0)", "error"),
    "kills itself in a thread": (
        "import ctypes, threading\nt = threading.Thread(target=ctypes.string_at, args=(0,))\n"
        "t.start(); t.join()",
        "error",
    ),
    "loops": ("while True: pass", "timeout"),
    "loops and lets nobody stop it": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "timeout",
    ),
    "sleeps": ("import time; time.sleep(100)", "timeout"),
    "waits for a lock": ("import threading; threading.Semaphore(0).acquire()", "timeout"),
    "asks": ("input()", "error"),
    "takes too much memory": ("x = torch.ones(2**33)", "error"),
    "takes ever more memory": ("x = []\nwhile True: x.append(bytearray(2**25))", "error timeout"),
    "recurses": ("return relu(x)", "error"),
    "recurses in C": ("x = []\nfor _ in range(10**6): x = [x]\nrepr(x)", "error"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_one_exercise_costs_that_one_alone(graded, hasty, deserved, fault):
    text, status = FAULTS[fault]
    report = graded(relu=text)
    assert points(report) == {**deserved, "relu": 0}
    assert next(v.status for v in report.verdicts if v.name == "relu") in status.split()


@pytest.mark.parametrize("fault", ["crashes", "leaves", "takes ever more memory"])
def test_two_faults_cost_those_two_alone(graded, hasty, deserved, fault):
    report = graded(conv_output_size=FAULTS[fault][0], count_parameters=FAULTS[fault][0])
    assert points(report) == {**deserved, "conv_output_size": 0, "count_parameters": 0}


def test_two_different_faults_cost_those_two_alone(graded, hasty, deserved):
    report = graded(conv_output_size=FAULTS["crashes"][0], relu=FAULTS["loops"][0])
    assert points(report) == {**deserved, "conv_output_size": 0, "relu": 0}


def test_a_crash_between_checks_keeps_the_points_of_the_others(graded, deserved):
    report = graded(conv_output_size="if size == 0:\n    import ctypes; ctypes.string_at(0)")
    assert points(report)["relu"] == deserved["relu"]
    assert points(report)["count_parameters"] == deserved["count_parameters"]


# ---- what costs nothing --------------------------------------------------------------------------

DEEDS = {
    "warns": "import warnings; warnings.warn('careful')",
    "warns of what is old": "import warnings; warnings.warn('old', DeprecationWarning)",
    "prints much": "print('much ' * 20_000)",
    "prints no text": "import os; os.write(1, b'\\xff\\xfe' * 1000); os.write(2, b'\\x00')",
    "logs": "import logging; logging.error('so')",
    "uses numpy": "import numpy as np\nassert (np.ones((300, 300)) @ np.ones((300, 2)))[0, 0] > 1",
    "uses torch": "assert (torch.ones(300, 300) @ torch.ones(300, 300)).sum() > 1",
    "sets threads": "torch.set_num_threads(4); torch.ones(500, 500) @ torch.ones(500, 500)",
    "goes backward": "w = torch.ones(9, requires_grad=True); (w * w).sum().backward()",
    "plots": "import matplotlib.pyplot as plt; plt.figure(); plt.plot([1, 2]); plt.show(); "
    "plt.savefig('f.png'); plt.close('all')",
    "uses threads": "from concurrent.futures import ThreadPoolExecutor as Pool\n"
    "with Pool(4) as pool: assert list(pool.map(abs, [-1, 2])) == [1, 2]",
    "leaves a thread": "import threading, time\n"
    "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
    "forks": "import os\nchild = os.fork()\nif child == 0: os._exit(3)\n"
    "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3",
    "uses a process": "import multiprocessing as mp\np = mp.Process(target=print, args=(1,))\n"
    "p.start(); p.join(); assert p.exitcode == 0",
    "uses a pool of processes": "from concurrent.futures import ProcessPoolExecutor as Pool\n"
    "with Pool(2) as pool: assert list(pool.map(abs, [-1, 2])) == [1, 2]",
    "uses torch's processes": "import torch.multiprocessing as mp\n"
    "x = torch.zeros(3).share_memory_(); p = mp.Process(target=x.fill_, args=(7,))\n"
    "p.start(); p.join(); assert x.sum() == 21",
    "uses shared memory": "from multiprocessing.shared_memory import SharedMemory\n"
    "m = SharedMemory(create=True, size=99); m.buf[0] = 1; m.close(); m.unlink()",
    "uses workers": "from torch.utils.data import DataLoader\n"
    "loaded = DataLoader(torch.arange(8), batch_size=4, num_workers=2)\n"
    "assert sum(len(b) for b in loaded) == 8",
    "writes files": "import tempfile\nwith tempfile.TemporaryFile() as f: f.write(b'x' * 10**6)\n"
    "open('here.txt', 'w').write('x')",
    "writes at home": "import pathlib; (pathlib.Path.home() / '.rc').write_text('x')",
    "reads itself": "assert 'def relu' in open(__file__).read()",
    "looks at sources": "import inspect; assert 'def relu' in inspect.getsource(relu)",
    "starts a program": "import subprocess, sys\n"
    "done = subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True)\n"
    "assert done.stdout == b'42\\n', done",
    "runs coroutines": "import asyncio; asyncio.run(asyncio.sleep(0))",
    "parses arguments": "import argparse; argparse.ArgumentParser().parse_args()",
    "checks": "from autograder import check, working\nassert not check('relu')",
    "loads digits": "from sklearn.datasets import load_digits; assert len(load_digits().data) > 9",
    "seeds": "import random, numpy; random.seed(0); numpy.random.seed(0); torch.manual_seed(0)",
    "changes places": "import os; os.makedirs('deep', exist_ok=True); os.chdir('/tmp/deep')",
    "collects garbage": "import gc; gc.disable(); gc.collect()",
}
LOOKS = "looks at sources"  # of an answer, which does not stand there when cells begin
IMPORTS = "loads digits"  # which imports all of scikit-learn: too long for one check


@pytest.mark.parametrize("deed", sorted(set(DEEDS) - {LOOKS}))
def test_what_a_cell_does_costs_nothing(graded, deserved, deed):
    report = graded(DEEDS[deed])
    assert points(report) == deserved
    assert report.warnings == []


@pytest.mark.parametrize("deed", sorted(set(DEEDS) - {IMPORTS}))
def test_what_an_answer_does_beside_costs_nothing(graded, deserved, deed):
    report = graded(count_parameters=DEEDS[deed])
    assert points(report) == deserved


def test_what_a_cell_does_and_then_an_answer_costs_nothing(graded, deserved):
    many = (
        "uses threads",
        "goes backward",
        "sets threads",
        "uses workers",
        "plots",
        "leaves a thread",
    )
    begin = "\n".join(DEEDS[deed] for deed in many)
    report = graded(begin, relu=DEEDS["goes backward"], count_parameters=DEEDS["uses workers"])
    assert points(report) == deserved and report.warnings == []


def test_what_is_printed_is_shown_and_bounded(graded):
    report = graded(DEEDS["prints much"])
    assert report.output.startswith("much much") and len(report.output) < 50_000


# ---- cells that go wrong -------------------------------------------------------------------------

TROUBLES = {
    "raises": "1 / 0",
    "exits": "exit()",
    "leaves": "import os; os._exit(0)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "loops": "while True: pass",
    "loops and lets nobody stop it": FAULTS["loops and lets nobody stop it"][0],
    "takes ever more memory": FAULTS["takes ever more memory"][0],
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_cell_that_goes_wrong_is_a_warning(graded, deserved, monkeypatch, trouble):
    monkeypatch.setattr(isolated, "LOADING", 4.0)
    report = graded(TROUBLES[trouble])
    assert points(report) == deserved
    assert len(report.warnings) == 1 and "line 4 of 03_conv_layers.py failed" in report.warnings[0]


# ---- the rooms of all lessons --------------------------------------------------------------------

LOOK = """
    from autograder import check, working
    from mnist_course.data import load
    digits = load("mnist")
    assert digits.train_images.shape[1:] == (1, 28, 28) and len(digits.train_labels) > 100
    assert check("anything") == 0
    seen = load
    assert working("seen") is load
    """


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_can_look_at_digits(lesson, tmp_path):
    path = tmp_path / f"{lesson}.py"
    path.write_text(textwrap.dedent(LOOK))
    with Zygote(lesson, set(names_of(lesson)), limits=Limits(seconds=60)) as zygote:
        zygote.wait()
        with isolated.Isolated(zygote, read(path), lesson) as runner:
            assert runner._load() is not None
            assert runner.warnings() == []
