"""What runs at Gradescope, as root of a container, and what a submission can do about it there."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from grader_command import ROOT, command, without
from gradescope_folder import (
    FIELDS,
    LESSON,
    SOLUTION,
    VALIDATOR,
    container,
    laid_out,
    readable,
    run,
)  # fmt: skip

from autograder.syllabus import names_of

FORGED = json.dumps({"score": 1000, "tests": [{"score": 1000}]})
# What a submission tries that is not in a room: to see the answers, to give itself points.
ATTACK = """
# %%
import os, socket, subprocess
from pathlib import Path
root = Path(ROOT)

def above(steps):
    pid = os.getpid()
    for _ in range(steps):
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return pid

host = above(3)
tries = {
    "what all may see": lambda: (root / "seen.txt").read_text(),
    "read the grader": lambda: (root / "source/mnist_course/layers.py").read_text(),
    "list its answers": lambda: os.listdir(root / "source/autograder/exercises"),
    "write results": lambda: (root / "results/results.json").write_text(FORGED),
    "list results": lambda: os.listdir(root / "results"),
    "replace results": lambda: (root / "results").rename(root / "gone"),
    "write the script": lambda: (root / "run_autograder").write_text(""),
    "write the course": lambda: os.open(os.__file__, os.O_WRONLY),
    "write probes": lambda: Path(PROBES).write_text(""),
    "kill its parent": lambda: os.kill(above(1), 9),
    "kill who tidies up": lambda: os.kill(above(2), 9),
    "kill the grader": lambda: os.kill(host, 9),
    "see its memory": lambda: open(f"/proc/{host}/mem", "rb"),
    "see its environment": lambda: open(f"/proc/{host}/environ", "rb").read(),
    "be root again": lambda: os.setuid(0),
    "have groups": lambda: os.setgroups([0]),
}
import autograder.probes
PROBES = autograder.probes.__file__
for name, attempt in tries.items():
    try:
        attempt()
        print(name, "was done")
    except OSError as error:
        print(name, error.strerror)
print("groups", os.getgroups(), "user", os.getuid())
print(FORGED)
subprocess.Popen(["sleep", "600"], start_new_session=True)
""".replace("FORGED", repr(FORGED))
DENIED, FORBIDDEN = os.strerror(13), os.strerror(1)
EXPECTED = {
    "what all may see": "was done", "read the grader": DENIED, "list its answers": DENIED,
    "write results": DENIED, "list results": DENIED, "replace results": DENIED,
    "write the script": DENIED, "write the course": DENIED, "write probes": DENIED,
    "kill its parent": FORBIDDEN, "kill who tidies up": FORBIDDEN, "kill the grader": FORBIDDEN,
    "see its memory": DENIED, "see its environment": DENIED, "be root again": FORBIDDEN,
    "have groups": FORBIDDEN,
}  # fmt: skip


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    """The zip, for a seed."""
    path = tmp_path_factory.mktemp("zip") / "autograder.zip"
    done = command("gradescope", "--lesson", "01", "-o", path, "--seed", 4)
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def attacked(zipped):
    """What Gradescope is told of a right submission that tries everything; and what is left."""
    root = Path(tempfile.mkdtemp())
    root.chmod(0o755)
    text = ATTACK.replace("ROOT", repr(str(root / "autograder")))
    folder = laid_out(root / "autograder", zipped, {f"{LESSON}.py": SOLUTION + text})
    (folder / "seen.txt").write_text("by any user")
    yield *run(folder, container()), folder
    shutil.rmtree(root)


def test_without_a_room_a_submission_can_change_nothing_of_the_grader(attacked):
    _, code, results, folder = attacked
    said = results["output"].partition("It printed:\n")[2].splitlines()
    assert code == 0 and said[: len(EXPECTED)] == [f"{k} {v}" for k, v in EXPECTED.items()]
    groups, user = said[len(EXPECTED)].split(" user ")
    assert groups == "groups []" and int(user) >= 65534
    assert user not in users()  # nothing outlives it
    assert folder.stat().st_mode & 0o777 == 0o755


def users():
    """Yield the user of each process."""
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):  # it has ended
            yield status.read_text().partition("\nUid:")[2].split()[0]


def test_and_it_gets_the_points_of_its_answers_whatever_it_prints(attacked):
    printed, _, results, _ = attacked
    VALIDATOR.validate(results)
    *tests, _ = results["tests"]
    assert [one["name"] for one in tests] == names_of(LESSON)
    assert results["score"] == sum(one["score"] for one in tests) == 46
    assert FORGED in results["output"] and FORGED in printed


def test_and_people_are_told_how_it_was_isolated(attacked):
    printed, _, results, _ = attacked
    warning = results["tests"][-1]
    assert "\nIsolation: another user, and no room." in results["output"]
    assert warning["visibility"] == "hidden" and warning["output"] in printed
    assert "may not make user namespaces" in warning["output"] and "score" not in warning
    assert results["stdout_visibility"] == "hidden"
    assert results["extra_data"]["report"]["isolation"] == "process"


def test_where_it_could_be_nobody_else_it_is_not_run_at_all(tmp_path, zipped):
    text = f"open({str(tmp_path / 'it ran')!r}, 'w')\n"
    folder = laid_out(tmp_path / "autograder", zipped, {f"{LESSON}.py": text})
    printed, code, results = run(folder, without("pid"))
    FIELDS.validate(results)
    assert code != 0 and "score" not in results and "tests" not in results
    assert "another user at least" in results["extra_data"]["error"] and "Traceback" in printed
    assert not (tmp_path / "it ran").exists()


SCRIPT = """
import os, sys
from autograder.sandbox.host import Zygote
os.umask(int(sys.argv[1], 8))
with Zygote("01_data", set(), "process") as zygote:
    zygote.wait()
    print(zygote.user)
"""


def test_who_could_not_read_the_course_stays_who_it_is():
    done = subprocess.run(
        [*readable(), sys.executable, "-c", SCRIPT, "077"], cwd=ROOT, capture_output=True,
        text=True, timeout=120, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("None\n", 0), done.stderr
