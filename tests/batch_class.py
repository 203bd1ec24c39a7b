"""A made-up class for the tests of `autograder batch`, and a grading that takes no time."""

import json
import os
import random
import signal
import sqlite3
import sys
import time
import zipfile
from pathlib import Path

from autograder.batch.grading import Batch, Terms, to_grade
from autograder.batch.layouts import survey
from autograder.batch.pools import Processes
from autograder.batch.store import Store
from autograder.batch.work import Answer, Task, me

LESSON = "01_data"
TERMS = Terms(seed=3, data="digits", timeout=60.0, version="made up")


def write(folder, files):
    """Write files by their paths; content is text or bytes."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def zipped(path, files):
    """Write a zip of files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def made_up(task):
    """Grade by what the first line says: die, kill, refuse, or a number of points."""
    first = task.content.decode().partition("\n")[0]
    if log := os.environ.get("GRADED_LOG"):
        with Path(log).open("a") as file:
            file.write(f"{task.key}\n")
    time.sleep(0.03)
    if first == "# die" or (first == "# die once" and not _second_time(task)):
        os.kill(os.getpid(), signal.SIGKILL)
    if first == "# refuse":
        return Answer(me(), refused="no namespaces here")
    if first == "# fail":
        raise ValueError("something of ours")
    return Answer(me(), report_of(task, random.Random(task.content).randrange(47)))


def _second_time(task):
    mark = Path(os.environ["GRADED_LOG"]).parent / f"tried-{task.key}"
    there = mark.exists()
    mark.touch()
    return there


def report_of(task: Task, score: int):
    import hashlib

    sha256 = hashlib.sha256(task.content).hexdigest()
    return {
        "schema": 1, "lesson": task.lesson, "submission": {"path": task.name, "sha256": sha256},
        "isolation": "full", "seed": task.seed, "score": score, "max_score": 46, "seconds": 0.03,
        "exercises": [], "warnings": [], "output": "",
    }  # fmt: skip


def grade_quickly(place, out, workers=2):
    """Run a batch with made-up gradings; return what was found, failed and told."""
    found, told = survey(Path(place)).found, []
    store, pool = Store(Path(out)), Processes(workers)
    batch = Batch(store, TERMS, pool, told.append, lambda: None, work=made_up)
    try:
        batch.run(to_grade(found, TERMS, store))
    finally:
        pool.end()
        store.close()
    return found, batch.failed, told


def count_results(out):
    """Count the results in a copy: the file itself is locked."""
    path, copy = out / "results.sqlite", out.parent / "copy.sqlite"
    if not path.exists():
        return 0
    copy.write_bytes(path.read_bytes())
    base = sqlite3.connect(copy)
    try:
        return base.execute("SELECT COUNT(*) FROM results").fetchone()[0]
    except sqlite3.Error:  # in the midst of a write
        return 0
    finally:
        base.close()


if __name__ == "__main__":
    print(json.dumps(grade_quickly(*sys.argv[1:3])[1]))
