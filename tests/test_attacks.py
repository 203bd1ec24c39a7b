"""Submissions that try to gain points or to do harm: here they do neither, elsewhere they do."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import pytest
from attack_bench import HARM, Bench, Trial, all_processes, name_of

from autograder import marking
from autograder.exercise import Status
from autograder.exercises import exercises_of
from autograder.key import Key
from autograder.report import Report, as_json, report_as_text
from autograder.sandbox import guests, isolated
from autograder.sandbox.host import IsolationError, Limits, Zygote
from autograder.submission import read
from autograder.syllabus import names_of

LESSON = "03_conv_layers"
FOLDER = Path(__file__).parent / "attacks"
ATTACKS = sorted(FOLDER.glob("*.py"))
# What no grader can tell who only sees answers, and the points that it gains: a ban is watched
# beside the learner's code, which can undo that; a network may lie about its layers. CONTRIBUTING.
BEYOND = {
    "forge_ban_forgotten": 10,
    "forge_ban_in_a_thread": 10,
    "forge_ban_lifted": 29,
    "forge_figures": 1,
}
GIGABYTE = 2**30
WALL = 3.0  # seconds that an answer may take; honest ones take milliseconds
GAINS = ("points", "dies", "hangs", "file", "process", "changes", "memory")
HEADER = re.compile(
    r"# attack: (?P<what>.+)\n# alone: (?P<alone>\w+)\n(?:# deserves: (?P<deserves>\d+)\n)?"
)
HONEST = '''
import torch
from torch.nn import functional as F


# %%
def conv_output_size(size, kernel_size, stride=1, padding=0):
    """Count the places at which a kernel fits."""
    room = size + 2 * padding - kernel_size
    if min(size, kernel_size, stride) < 1 or padding < 0 or room < 0:
        raise ValueError("the kernel does not fit")
    return room // stride + 1


# %%
def max_pool2d(x, kernel_size, stride=None):
    """Take the largest value of each window."""
    stride = stride or kernel_size
    images, channels, height, width = x.shape
    rows = conv_output_size(height, kernel_size, stride)
    columns = conv_output_size(width, kernel_size, stride)
    patches = F.unfold(x.reshape(-1, 1, height, width), kernel_size, stride=stride)
    return patches.amax(1).reshape(images, channels, rows, columns)


# %%
def relu(x):
    """Take what is below zero away."""
    return torch.where(x > 0, x, 0.0)
'''
HONEST_POINTS = 9 + 9 + 5


@dataclass(frozen=True)
class Attack:
    """What the first lines of an attack say."""

    what: str
    alone: str
    deserves: int


def header_of(path: Path) -> Attack:
    """Read what an attack says of itself."""
    found = HEADER.match(path.read_text())
    assert found, f"{path.name} does not begin with its attack and what it achieves alone"
    return Attack(found["what"], found["alone"], int(found["deserves"] or 0))


# ---- in rooms ------------------------------------------------------------------------------------


@dataclass
class Rooms:
    """A zygote, the key of all gradings, and the folder that temporary files go to."""

    zygote: Zygote
    key: Key
    temporary: Path

    def mark(self, path: Path) -> Report:
        """Grade a file."""
        return marking.mark(read(path), LESSON, self.zygote, self.key)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: Any) -> Iterator[Rooms]:
    """One zygote for all attacks; what it leaves when it is closed is looked for, too."""
    temporary = tmp_path_factory.mktemp("rooms")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(temporary))
        _hurry(patch)
        limits = Limits(seconds=60, memory=GIGABYTE)
        with Zygote(LESSON, set(names_of(LESSON)), "full", limits) as zygote:
            try:
                zygote.wait()
            except IsolationError as error:
                _skip_if_the_kernel_forbids(error)
                raise
            made = Rooms(zygote, Key(1), temporary)
            made.mark(_written(temporary.parent / "rooms.py", HONEST))  # opens what stays open
            yield made
            groups, left = _groups(zygote), _descendants(zygote.process.pid)
    assert not list(temporary.iterdir())
    assert not [group for group in groups if group.exists()]
    assert not [pid for pid in left if name_of(pid)]


def _hurry(patch: pytest.MonkeyPatch) -> None:
    """Let nothing wait as long as honest submissions on slow machines may need."""
    quick = [
        replace(exercise, cases=tuple(replace(case, limit=1.0) for case in exercise.cases))
        for exercise in exercises_of(LESSON)
    ]
    patch.setattr(marking, "exercises_of", lambda _: quick)
    patch.setattr(isolated, "PATIENCE", 1.0)
    ask = guests.Guest.ask
    patch.setattr(
        guests.Guest, "ask", lambda self, said, cpu, wall: ask(self, said, cpu, min(wall, WALL))
    )


def _groups(zygote: Zygote) -> list[Path]:
    return list(Path("/sys/fs/cgroup").glob(f"**/{zygote.folder.name}"))


def _state(rooms: Rooms, stem: str) -> dict[str, Any]:
    """Return what no attack may change: processes, files, mounts, open files."""
    return {
        "processes": _descendants(rooms.zygote.process.pid),
        "named": [name for pid in _strangers() if "attack-" in (name := name_of(pid))],
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "temporary": sorted(path.name for path in rooms.temporary.iterdir()),
        "harm": sorted(path.name for path in HARM.glob(f"{stem}*")),
        "files": sorted(_file(path) for path in Path("/proc/self/fd").iterdir()),
    }


def _file(path: Path) -> str:
    try:
        return f"{path.name}: {path.readlink()}"
    except OSError:
        return "the folder that is being listed"


def _parents() -> dict[int, int]:
    """Return the parent of every process of the machine."""
    found = {}
    for pid in all_processes():
        with suppress(OSError):  # it has ended just now
            stat = Path(f"/proc/{pid}/stat").read_text()
            found[pid] = int(stat.rpartition(")")[2].split()[1])
    return found


def _descendants(ancestor: int) -> list[int]:
    parents = _parents()
    return [pid for pid in parents if ancestor in _line(pid, parents)[1:]]


def _line(pid: int, parents: dict[int, int]) -> list[int]:
    """Return a process, its parent, and so on."""
    line = [pid]
    while parents.get(line[-1]):
        line.append(parents[line[-1]])
    return line


def _strangers() -> list[int]:
    """Return all processes but those in anybody's rooms, or on a bench: tests run beside others."""
    parents = _parents()
    names = {pid: name_of(pid) for pid in parents}
    kept = {
        pid for pid, name in names.items() if "attack_bench.py" in name or "autograder-" in name
    }
    return [pid for pid in parents if not kept & set(_line(pid, parents)[1:])]


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_an_attack_gains_nothing_and_leaves_nothing(
    path: Path, rooms: Rooms, tmp_path: Path
) -> None:
    honest = _written(tmp_path / "honest.py", HONEST)
    attack = _written(tmp_path / path.name, path.read_text())
    before = _state(rooms, path.stem)
    reports = [rooms.mark(file) for file in (honest, attack, honest)]
    assert _state(rooms, path.stem) == before
    assert not before["harm"]
    assert len(before["processes"]) == 1
    gained = reports[1].score - header_of(path).deserves
    assert gained == BEYOND.get(path.stem, 0), report_as_text(reports[1])
    assert [reports[i].score for i in (0, 2)] == [HONEST_POINTS, HONEST_POINTS]
    assert _lasting(reports[0]) == _lasting(reports[2])
    assert attack.read_text() == path.read_text()
    assert honest.read_text() == HONEST
    _assert_says_something(reports[1])


def _written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _lasting(report: Report) -> dict[str, Any]:
    return {**as_json(report), "seconds": 0}


def _assert_says_something(report: Report) -> None:
    assert [verdict.name for verdict in report.verdicts] == names_of(LESSON)
    assert {verdict.status for verdict in report.verdicts} <= set(get_args(Status))
    assert all(v.message for v in report.verdicts if v.status != "correct")
    text = report_as_text(report)
    assert all(name in text for name in names_of(LESSON))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)


# ---- alone ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """Where the naive grader is had."""
    bench = Bench()
    yield bench
    bench.close()


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_the_attack_works_where_nothing_is_isolated(path: Path, bench: Bench) -> None:
    attack = header_of(path)
    trial = _tried(bench, {"before.py": HONEST, path.name: path.read_text(), "after.py": HONEST})
    assert _achieves(attack, path.stem, trial), trial


def test_the_naive_grader_gives_honest_submissions_their_points(bench: Bench) -> None:
    trial = _tried(bench, {"one.py": HONEST, "two.py": HONEST})
    assert [report["score"] for report in trial.reports] == [HONEST_POINTS, HONEST_POINTS]
    assert (trial.done, trial.left, trial.made) == (True, [], [])
    assert trial.memory < GIGABYTE


def _skip_if_the_kernel_forbids(error: Exception) -> None:
    """Skip where the kernel itself makes no namespaces; anything else is a fault of ours."""
    root = ["-U", "-r"] if os.geteuid() else []
    made = ["unshare", *root, "--mount", "--pid", "--net", "--fork", "true"]
    if shutil.which("unshare") and subprocess.run(made, timeout=20, check=False).returncode:
        pytest.skip(f"needs a kernel that makes namespaces: {error}")


def _tried(bench: Bench, files: dict[str, str]) -> Trial:
    try:
        return bench.attempt(files)
    except RuntimeError as error:
        _skip_if_the_kernel_forbids(error)
        raise


def _achieves(attack: Attack, stem: str, trial: Trial) -> bool:
    """Tell whether an attack does to the naive grader what it says that it does."""
    scores = [report.get("score") for report in trial.reports]
    achieved = {
        "points": len(scores) > 1 and scores[1] > attack.deserves,
        "dies": trial.done and len(scores) < 3,
        "hangs": not trial.done,
        "file": stem in trial.made,
        "process": bool(trial.left),
        "changes": trial.done and scores[::2] != [HONEST_POINTS, HONEST_POINTS],
        "memory": trial.memory > GIGABYTE,
    }
    return bool(achieved[attack.alone])


# ---- all of them ---------------------------------------------------------------------------------


def test_there_are_many_attacks() -> None:
    assert len(ATTACKS) >= 40


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_an_attack_says_what_it_is(path: Path) -> None:
    attack = header_of(path)
    assert attack.alone in GAINS
    assert len(attack.what) > 15
    assert "Attack:" not in attack.what
