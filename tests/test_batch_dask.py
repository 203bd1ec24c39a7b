"""The same batch on workers of Dask: one that dies, one that refuses, a scheduler that goes."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from batch_class import count_results, write
from grader_command import ROOT, command, without

from autograder.batch.cluster import Cluster
from mnist_course.errors import CourseError

NORMALIZE = "def normalize(images, mean, std):\n    return (images - mean) / std\n"


@contextmanager
def cluster(workers, before=()):
    """Start one in a process of its own; yield that, the address, the workers' numbers."""
    script = [*before, sys.executable, str(ROOT / "tests" / "batch_cluster.py"), str(workers)]
    process = subprocess.Popen(
        script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    try:
        address, *numbers = json.loads(process.stdout.readline())
        yield process, address, numbers
    finally:
        process.communicate()


def some(folder, count):
    return write(folder, {f"s{n}/01_data.py": f"# {n}\n{NORMALIZE}" for n in range(count)})


def started(place, out, address):
    line = ["batch", place, "--out", out, "--seed", 3, "--plain", "--dask", address]
    code = "import sys; from autograder.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, line)], cwd=ROOT, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def wait_for_first(process, out):
    """Wait until a result is kept."""
    until = time.monotonic() + 180
    while process.poll() is None and not count_results(out):
        assert time.monotonic() < until, "nothing is graded"
        time.sleep(0.05)
    assert process.poll() is None, process.communicate()


def results(out):
    found = json.loads((out / "results.json").read_text())
    return [{**report, "seconds": 0} for report in found]


def test_a_worker_is_killed_then_the_scheduler_and_all_are_graded_as_here(tmp_path):
    """One cluster for both: to start one takes longer than all that is graded."""
    place, far, out = some(tmp_path / "in", 40), tmp_path / "far", tmp_path / "out"
    with cluster(2) as (home, address, numbers):
        process = started(place, far, address)
        wait_for_first(process, far)
        os.kill(numbers[0], signal.SIGKILL)
        said, errors = process.communicate(timeout=120)
        assert process.returncode == 0 and errors == "" and "40 of 40 are graded" in said, said
        process = started(place, out, address)
        wait_for_first(process, out)
        os.killpg(home.pid, signal.SIGKILL)
        said, errors = process.communicate(timeout=120)
    assert process.returncode == 2 and "went away" in errors and "Traceback" not in errors
    assert "The same command goes on from here" in said
    assert 0 < len(results(out)) < 40
    again = command("batch", place, "--out", out, "--plain")
    assert again.returncode == 0 and results(out) == results(far)


def test_workers_that_cannot_isolate_are_named_and_may_be_told_not_to(tmp_path):
    with cluster(1, without("user")) as (_, address, _):
        words = ["batch", some(tmp_path / "in", 1), "--out", tmp_path / "o", "--dask", address]
        done, bare = command(*words), command(*words, "--isolation", "process")
    assert bare.returncode == 0, bare.stderr
    assert [report["isolation"] for report in results(tmp_path / "o")] == ["process"]
    assert done.returncode == 2 and "none of the workers can grade (tcp://" in done.stderr
    assert "cannot be isolated" in done.stderr


def test_no_scheduler_is_told_in_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.batch.cluster.PATIENCE", 1)
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        with pytest.raises(CourseError, match="no scheduler of Dask answers"):
            Cluster(address, print)


class FakeClient:
    """A client of three workers; it remembers who was to have a task."""

    status, asked = "running", None

    def nthreads(self):
        return {"tcp://a": 1, "tcp://b": 2, "tcp://c": 4}

    def get_executor(self, **_):
        return self

    def submit(self, *_, **options):
        self.asked = options


def test_who_refuses_is_named_once_and_given_nothing_more():
    told, pool = [], object.__new__(Cluster)
    pool.client, pool.refused, pool.tell = FakeClient(), {}, told.append
    pool.known, pool.looked, pool.address = {}, 0.0, "tcp://s"
    assert pool.places() == 7
    pool.submit(print, None)
    assert pool.client.asked == {}
    pool.refuse("tcp://a", "no namespaces.")
    pool.refuse("tcp://a", "no namespaces.")
    assert told == ["The worker tcp://a is left out: no namespaces."] and pool.places() == 6
    pool.submit(print, None)
    assert pool.client.asked == {"workers": ["tcp://b", "tcp://c"], "allow_other_workers": False}
    pool.refuse("tcp://b", "another version")
    with pytest.raises(CourseError, match=r"tcp://a: no namespaces; tcp://b: another version; tcp"):
        pool.refuse("tcp://c", "none either")
