"""What `autograder grade` refuses, and the rest of the command line."""

import json
import os
import subprocess
import sys

import pytest
from grader_command import MAIN, ROOT, VALIDATOR, command, without, written

from autograder.cli import COMMANDS


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written(tmp_path_factory.mktemp("small"), "01_data", "x = 1\n")


# ---- what is refused -----------------------------------------------------------------------------

REFUSED = {
    "no file": (["nothing.py"], "nothing.py cannot be read: No such file or directory"),
    "a folder": (["folder.py"], "folder.py is a folder: name the file in it"),
    "no such kind": (["notes.txt"], "notes.txt is neither .py nor .ipynb"),
    "no lesson": (["setup_of_it.py"], "setup_of_it.py is no lesson by its name or its cells"),
    "no folder": (["01_data.py", "--json", "no/o.json"], "o.json cannot be written: there is no"),
    "itself": (["01_data.py", "--json", "01_data.py"], "01_data.py cannot be written: that file"),
    "--seed -1": (["01_data.py", "--seed", "-1"], "a seed is a whole number in 0..2147483647"),
    "--seed x": (["01_data.py", "--seed", "x"], "a seed is a whole number in 0..2147483647"),
    "--timeout 0": (["01_data.py", "--timeout", "0"], "a number of seconds, at least 1"),
    "--timeout nan": (["01_data.py", "--timeout", "nan"], "a number of seconds, at least 1"),
    "--timeout x": (["01_data.py", "--timeout", "x"], "a number of seconds, at least 1"),
    "--data": (["01_data.py", "--data", "cifar"], "invalid choice: 'cifar'"),
    "--lesson": (["01_data.py", "--lesson", "09"], "There is no lesson or exercise '09'"),
    "no FILE": ([], "the following arguments are required: FILE"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_graded_is_told_in_a_sentence_and_ends_with_2(tmp_path, case):
    arguments, sentence = REFUSED[case]
    for name in ("01_data.py", "setup_of_it.py", "notes.txt"):
        (tmp_path / name).write_text("x = 1\n")
    (tmp_path / "folder.py").mkdir()
    start = f"import os; os.chdir({str(tmp_path)!r}); "
    done = subprocess.run(
        [*MAIN[:2], start + MAIN[2], "grade", *arguments], capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    *usage, last = done.stderr.strip().split("\n")
    assert done.returncode == 2 and done.stdout == ""
    assert last.startswith("autograder grade: ") and sentence in last
    assert not usage or usage[0].startswith("usage: autograder grade")
    assert (tmp_path / "01_data.py").read_text() == "x = 1\n"


def test_one_file_that_cannot_be_graded_spares_the_others(small, tmp_path):
    out = tmp_path / "o.json"
    done = command("grade", tmp_path / "no.py", small, "--json", out)
    assert done.returncode == 2 and "no.py cannot be read" in done.stderr
    assert [report["submission"]["path"] for report in json.loads(out.read_text())] == [str(small)]


def test_mnist_that_is_not_there_is_not_fetched(small, tmp_path):
    env = {"MNIST_COURSE_DATA": "", "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    offline = "import os, socket; socket.getaddrinfo = lambda *a, **k: os._exit(77); "
    done = subprocess.run(
        [*MAIN[:2], offline + MAIN[2], "grade", small, "--data", "mnist"],
        capture_output=True, text=True, env={**os.environ, **env}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("autograder grade: the data set mnist is not on this machine")
    assert "MNIST_COURSE_DATA" in done.stderr and done.stderr.count("\n") == 1


@pytest.mark.parametrize("kind", ["user", "pid", "mnt", "net"])
def test_where_isolation_is_refused_nothing_is_graded(small, tmp_path, kind):
    out, env = tmp_path / "o.json", {"TMPDIR": str(tmp_path)}
    done = command("grade", small, "--json", out, before=without(kind), env=env)
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert done.stderr.startswith("autograder grade: Submissions cannot be isolated on this")
    assert list(tmp_path.iterdir()) == []


def test_where_isolation_is_refused_a_process_will_do_if_asked_for(small, tmp_path):
    out = tmp_path / "o.json"
    asked = ("grade", small, "--json", out, "--isolation", "process")
    done = command(*asked, before=without("user"))
    report = json.loads(out.read_text())
    assert done.returncode == 1 and done.stderr == "" and ", isolation: process)" in done.stdout
    assert report["isolation"] == "process" and VALIDATOR.is_valid(report)


def test_a_container_that_knows_one_user_only_will_do(tmp_path):
    source = "def channel_stats(images):\n    return float(images.mean()), float(images.std())\n"
    before = without("user")[:2]
    done = command("grade", written(tmp_path, "01_data", source), before=before)
    assert done.returncode == 1 and "The file could not be loaded" not in done.stdout


# ---- the rest of the command line ----------------------------------------------------------------


def test_all_points_end_with_0():
    assert command("grade", ROOT / "solutions" / "01_data.py").returncode == 0


def test_an_unknown_command_shows_the_usage():
    done = command("grad")
    assert done.returncode == 2 and "usage: autograder" in done.stderr


def test_the_version_is_told():
    done = command("--version")
    assert done.returncode == 0 and done.stdout[0].isdigit()


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_imports_nothing_heavy_and_answers_at_once(arguments):
    code = f"""
import resource, sys
from autograder.cli import COMMANDS
from autograder.cli import main
try:
    main({arguments!r})
except SystemExit:
    pass
used = resource.getrusage(resource.RUSAGE_SELF)
heavy = [n for n in ("torch", "numpy", "rich", "jupytext", "PIL") if n in sys.modules]
sys.exit(",".join(heavy) or (used.ru_utime + used.ru_stime > 0.3 and "slow") or None)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "usage: autograder" in done.stdout
