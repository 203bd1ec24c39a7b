"""Every command of the instructors' page is typed, in order, in one clone; what it shows comes."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from journey import TOKEN, Lab, Learner, _end, _environment, _free_port, _wait_for, make_learner
from pages import FENCE, ROOT, Shell, Typed, demand_elsewhere, fenced, fences, fits, indented

PAGE = (ROOT / "book" / "instructors.md").read_text()
COMMANDS = fenced(PAGE)
PROGRAMS = "autograder|nbgrader|mnist-course|jupyter|dask|python|pip|git|make|pytest"
# What the test does not type, with the file that does, a line there, and why.
ELSEWHERE = {"make start": ("tests/two_commands.sh", "make start |")}  # it trains for a minute
# What goes on until it is stopped: it is started, and ends with the test.
STAY = ("jupyter lab", "dask scheduler", "dask worker")
# What ends with another code than 0, as the page says.
CODES = {
    "autograder grade ../work/cem.py --seed 4 --html ../cem.html": 1,
    "autograder regrade ../batch": 1,
}


class Desk:
    """An instructor's desk: a folder, a shell in it, and what was started there and stays."""

    def __init__(self, place: Path, origin: Path) -> None:
        self.place, self.lab = place, _free_port()
        self.running: list[subprocess.Popen[bytes]] = []
        (place / "home").mkdir()
        env = _environment(place, place / "mnist-course", place / "home")
        env |= {"PYTHONUNBUFFERED": "1", "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
        self.shell = Shell(place, env, place)
        scheduler = _free_port()
        self.here = {
            "<this repository>": str(origin),
            "jupyter lab": f"jupyter lab --no-browser --allow-root --ServerApp.port={self.lab} "
            f"--IdentityProvider.token={TOKEN}",
            "dask scheduler": f"dask scheduler --host 127.0.0.1 --port {scheduler} --no-dashboard",
            "tcp://scheduler:8786": f"tcp://127.0.0.1:{scheduler}",
            "--nworkers 8": "--nworkers 1",
        }

    def type(self, typed: Typed) -> None:
        """Type a command; demand what the page promises."""
        line = self._as_here(typed.line)
        if typed.line in ELSEWHERE:
            (self.shell.folder / ".venv").symlink_to(Path(sys.prefix))  # as it leaves it
        elif typed.line.startswith(STAY):
            self._start(line)
        else:
            code, said = self.shell.type(line)
            assert code == CODES.get(typed.line, 0), f"{line} ended with {code}:\n{said}"
            assert "Traceback" not in said, f"{line}\n{said}"
            if typed.shown is not None and not fits(typed.shown, said):
                pytest.fail(f"{line}\nThe page shows:\n{typed.shown}\nIt printed:\n{said}", False)

    def _as_here(self, line: str) -> str:
        for there, here in self.here.items():
            line = line.replace(there, here)
        return line

    def _start(self, line: str) -> None:
        with (self.place / "home" / "lab.log").open("ab") as out:
            process = subprocess.Popen(
                shlex.split(line), cwd=self.shell.folder, env=self.shell.env, stdout=out,
                stderr=out, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self.running.append(process)
        if line.startswith("jupyter"):
            self._look_at_formgrader(process)
        if line.startswith("dask worker"):
            self._wait_for_worker(process)

    def _look_at_formgrader(self, process: "subprocess.Popen[bytes]") -> None:
        """See what was graded, as somebody does who clicks there; then end it."""
        learner = Learner(self.shell.folder, self.place / "home")
        lab = Lab(learner, f"http://127.0.0.1:{self.lab}/")
        _wait_for(lab, process)
        (found,) = lab.ask("assignments", base="formgrader/api")
        assert found["name"] == "01_data" and found["num_submissions"] == 1
        _end(self.running.pop())

    def _wait_for_worker(self, process: "subprocess.Popen[bytes]") -> None:
        """Wait until the scheduler knows it: a batch waits half a minute for a first worker."""
        log, until = self.place / "home" / "lab.log", time.monotonic() + 240
        while "Registered to" not in log.read_text():
            assert process.poll() is None and time.monotonic() < until, log.read_text()[-4000:]
            time.sleep(0.1)

    def leave(self) -> None:
        """End what was started."""
        for process in reversed(self.running):
            _end(process)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Yield a desk on one core, where a batch starts one worker."""
    origin = make_learner(tmp_path / "origin").clone
    name = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for line in (["add", "-A"], [*name, "commit", "-qm", "as it lies here", "--allow-empty"]):
        subprocess.run(["git", *line], cwd=origin, check=True)
    found, cores = Desk(tmp_path, origin), os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    yield found
    os.sched_setaffinity(0, cores)
    found.leave()


def test_each_command_runs_and_prints_what_the_page_shows(desk: Desk) -> None:
    for typed in COMMANDS:
        desk.type(typed)


def test_nothing_on_the_page_is_a_command_that_is_not_typed() -> None:
    """Fences are of kinds that are read; what prose names is typed somewhere on the page."""
    assert {kind for kind, _ in fences(PAGE)} == {"sh", "console"}
    assert indented(PAGE) == []
    typed = {" ".join(one.line.split()[:2]) for one in COMMANDS}
    prose = FENCE.sub("", PAGE)
    named = re.findall(rf"`((?:{PROGRAMS}) [^`]+)`", prose)
    assert {" ".join(name.split()[:2]) for name in named} <= typed
    assert len(COMMANDS) > 30


def test_what_is_not_typed_is_run_elsewhere_and_the_tables_are_of_this_page() -> None:
    demand_elsewhere({one.line for one in COMMANDS}, ELSEWHERE)
    assert set(CODES) <= {one.line for one in COMMANDS}
    assert all(any(one.line.startswith(name) for one in COMMANDS) for name in STAY)


@pytest.mark.parametrize("target", re.findall(r"\]\(([^):]+)\)", PAGE))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / "book" / target).exists()


@pytest.mark.parametrize(
    ("shown", "said", "good"),
    [
        ("a …c\n", "a b c\n", True),
        ("a …c\n", "a b d\n", False),
        ("a\n…\nz\n", "a\nz\n", True),
        ("a\n…\nz\n", "a\nb\nc\nz\n", True),
        ("a\n…\nz\n", "a\nb\n", False),
        ("a\n", "a\nb\n", False),
        ("a.c\n", "abc\n", False),
        ("", "a\n", False),
    ],
)
def test_what_is_shown_is_compared(shown: str, said: str, good: bool) -> None:
    assert fits(shown, said) is good
