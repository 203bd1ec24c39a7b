"""A class in one run, beside `nbgrader autograde` with its own engine on some of the same files.

python -m benchmarks.class_of_300 [--submissions N] [--sample K] [--loops L] [--seed S]

Both grade notebooks of lesson 3 with the lesson's own checks, a process a core, and write their
gradebook (SQLite); both start up within what is measured. nbgrader has no parallel mode: it runs
once a core, on a share of the sample, with a gradebook for each. CPU seconds and memory are those
of all processes. Each side has its own time limits: 5 seconds a check here, 30 a cell there.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.grading import CONFIG
from benchmarks.made_class import (
    LESSON,
    SHARES,
    HandedIn,
    made_class,
    sample_of,
    solved_text,
)  # fmt: skip
from benchmarks.meter import Command, Spent, measured

CLI = (sys.executable, "-m", "autograder.cli")


@dataclass(frozen=True)
class Row:
    """What a number of submissions cost."""

    name: str
    count: int
    spent: Spent

    @property
    def a_minute(self) -> float:
        """Return the throughput."""
        return 60 * self.count / self.spent.wall

    @property
    def cpu(self) -> float:
        """Return the CPU seconds a submission."""
        return self.spent.cpu / self.count

    def __str__(self) -> str:
        memory = f"{self.spent.memory / 2**20:,.0f}"
        return f"{self.name:42}{self.count:6}{self.a_minute:10.1f}{self.cpu:9.2f}{memory:>10}"


def main() -> None:
    """Make the class, have both grade it, and print the table."""
    args = _arguments()
    handed_in, cores = made_class(args.submissions, args.seed), len(os.sched_getaffinity(0))
    print(f"{_mix(handed_in)}\n{cores} cores; load before: {os.getloadavg()[0]:.1f}\n")
    print(f"{'':42}{'files':>6}{'a minute':>10}{'CPU s':>9}{'MB':>10}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        ours = _ours(handed_in, Path(name))
        some = sample_of(handed_in, args.sample)
        loops = [one for one in handed_in if one.kind == "loop"][: args.loops]
        print(_says_ours(Path(name) / "out", handed_in), flush=True)
        for bare in (False, True):
            theirs = _theirs(some, loops, Path(name) / f"stock{bare:d}", cores, bare)
            _compare(ours, theirs)
    print(f"load after: {os.getloadavg()[0]:.1f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--submissions", type=int, default=300)
    parser.add_argument("--sample", type=int, default=12, help="without loops, for nbgrader")
    parser.add_argument("--loops", type=int, default=2, help="loops, for nbgrader")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def _mix(handed_in: Sequence[HandedIn]) -> str:
    counts = Counter(one.kind for one in handed_in)
    kinds = ", ".join(f"{counts[kind]} {kind}" for kind in SHARES)
    return f"{len(handed_in)} submissions of lesson 3, no two the same: {kinds}."


def _environment(home: Path) -> dict[str, str]:
    """Return what both run in: with one thread each, for all cores have work."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    one = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "MKL", "OPENBLAS")}
    return {**os.environ, **one, "PATH": tools, "AUTOGRADER_HOME": str(home)}


def _shown(row: Row) -> Row:
    print(row, flush=True)
    return row


# ---- this engine ---------------------------------------------------------------------------------


def _ours(handed_in: Sequence[HandedIn], folder: Path) -> tuple[Row, Row]:
    """Grade what has no loops, then, with the same command, what has; then write all anew."""
    loops = [one for one in handed_in if one.kind == "loop"]
    quick = _batch([one for one in handed_in if one.kind != "loop"], folder)
    row = _shown(Row("autograder batch, without loops", len(handed_in) - len(loops), quick))
    if not loops:
        return row, row
    slow = _batch(loops, folder)
    _shown(Row("autograder batch, the loops", len(loops), slow))
    both = _shown(Row("autograder batch, all", len(handed_in), quick + slow))
    again = _batch([], folder)
    _shown(Row("the same again: nothing is to be graded", len(handed_in), again))
    return row, both


def _batch(handed_in: Sequence[HandedIn], folder: Path) -> Spent:
    for one in handed_in:
        one.write(folder / "submitted")
    line = [*CLI, "batch", "submitted", "--out", "out", "--seed", "1", "--plain"]
    return measured([Command(line, folder, _environment(folder))])


def _says_ours(out: Path, handed_in: Sequence[HandedIn]) -> str:
    """Return how it graded: a benchmark of what grades wrongly would be worth nothing."""
    scores = {
        report["submission"]["path"].split("/")[0]: report["score"] == report["max_score"]
        for report in json.loads((out / "results.json").read_text())
    }
    right = [scores[one.learner] for one in handed_in if one.kind == "right"]
    others = [scores[one.learner] for one in handed_in if one.kind != "right"]
    return (
        f"    All points have {sum(right)} of {len(right)} that are right, {sum(others)} of "
        f"{len(others)} others."
    )


# ---- nbgrader's own ------------------------------------------------------------------------------


def _theirs(
    some: Sequence[HandedIn], loops: Sequence[HandedIn], folder: Path, cores: int, bare: bool
) -> tuple[Row, Row]:
    """Grade a sample without loops, and loops, and return what a class would cost that has both."""
    what = "no experiments" if bare else "as handed in"
    quick = _autograded(some, folder / "quick", cores, bare)
    row = _shown(Row(f"nbgrader, {what}, without loops", len(some), quick))
    if not loops:
        return row, row
    slow = _autograded(loops, folder / "loops", cores, bare)
    _shown(Row(f"nbgrader, {what}, loops", len(loops), slow))
    return row, _weighed(f"nbgrader, {what}, weighed as above", row, slow, len(loops))


def _weighed(name: str, row: Row, slow: Spent, loops: int) -> Row:
    """Put the sample and the loops together in the class's proportions, for 100 submissions."""
    share = 100 * SHARES["loop"]
    factors = ((100 - share) / row.count, share / loops)
    parts = tuple(zip(factors, (row.spent, slow), strict=True))
    cpu, wall = sum(f * s.cpu for f, s in parts), sum(f * s.wall for f, s in parts)
    return _shown(Row(name, 100, Spent(cpu, wall, max(row.spent.memory, slow.memory))))


def _autograded(some: Sequence[HandedIn], folder: Path, cores: int, bare: bool) -> Spent:
    """Have a process a core grade its share, in a course of its own."""
    shares = [some[core::cores] for core in range(cores) if some[core::cores]]
    courses = [folder / str(number) for number in range(len(shares))]
    for course, share in zip(courses, shares, strict=True):
        _write_course(course, share, bare)
    line = [sys.executable, "-m", "nbgrader", "autograde", LESSON]
    return measured([Command(line, c, _environment(c), codes=(0, 1)) for c in courses])


def _write_course(folder: Path, share: Sequence[HandedIn], bare: bool) -> None:
    """Write what `autograder release` writes, without our engine, and what was handed in."""
    lines = [
        [*CLI, "release", LESSON, "--to", str(folder)],
        [sys.executable, "-m", "nbgrader", "generate_assignment", LESSON],
    ]
    folder.mkdir(parents=True)
    measured([Command(lines[0], folder, _environment(folder))])
    (folder / "nbgrader_config.py").write_text(CONFIG)
    (folder / "source" / LESSON / f"{LESSON}.ipynb").write_text(solved_text(bare))
    measured([Command(lines[1], folder, _environment(folder))])
    shutil.rmtree(folder / "submitted", ignore_errors=True)
    for one in share:
        one.write(folder / "submitted", bare)


def _compare(ours: tuple[Row, Row], theirs: tuple[Row, Row]) -> None:
    for what, own, other in zip(("without loops", "with them"), ours, theirs, strict=True):
        print(
            f"    {what}: {own.a_minute / other.a_minute:.1f} times the throughput,"
            f" {other.cpu / own.cpu:.1f} times less CPU"
        )


if __name__ == "__main__":
    main()
