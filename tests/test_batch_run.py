"""A batch: killed at any moment it goes on; nothing is lost, doubled, or stopped by one of many."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_class import TERMS, count_results, grade_quickly, write
from grader_command import MAIN, ROOT, VALIDATOR, command

from autograder.batch.store import Store, version_of_the_checks
from mnist_course.errors import CourseError

RIGHT = (ROOT / "solutions" / "01_data.py").read_text()
NORMALIZE = "def normalize(images, mean, std):\n    return (images - mean) / std\n"


@pytest.fixture
def log(tmp_path, monkeypatch):
    path = tmp_path / "graded.log"
    monkeypatch.setenv("GRADED_LOG", str(path))
    path.touch()
    return path


def some(folder, count):
    return write(folder, {f"s{n}/01_data.py": f"x = {n}\n" for n in range(count)})


def kept(out):
    store = Store(out)
    known = store.known()
    store.close()
    return known


def started(place, out):
    """Start a batch with made-up gradings."""
    command = [sys.executable, str(ROOT / "tests" / "batch_class.py"), str(place), str(out)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed_at(process, log, more, seconds):
    """Kill it a moment after so many more gradings were begun, unless it ends before."""
    wanted = len(log.read_text().split()) + more
    while process.poll() is None and len(log.read_text().split()) < wanted:
        time.sleep(0.005)
    time.sleep(seconds)
    process.kill()
    return process.wait()


def test_killed_at_random_moments_nothing_is_lost_or_doubled(tmp_path, log):
    place, out, dice = some(tmp_path / "in", 60), tmp_path / "out", random.Random(1)
    codes, before = [], set()
    while not codes or codes[-1] != 0:
        more = dice.choice((0, 1, 5, 9))  # 0: while it begins
        codes.append(killed_at(started(place, out), log, more, dice.uniform(0, 0.2)))
        now = kept(out)
        assert before <= now, "a result was lost"
        before = now
        assert len(codes) < 60, "it never ends"
    assert set(codes[:-1]) == {-signal.SIGKILL} and len(codes) >= 5
    graded = log.read_text().split()
    assert set(graded) == before and len(before) == 60
    assert len(graded) <= 60 + 2 * (len(codes) - 1), "what was kept was graded again"
    assert started(place, out).wait() == 0 and len(log.read_text().split()) == len(graded)


def test_identical_files_are_graded_once_and_a_changed_one_anew(tmp_path, log):
    place = write(tmp_path / "in", {f"s{n}/01_data.py": "x = 1\n" for n in range(5)})
    found, failed, _ = grade_quickly(place, tmp_path / "out")
    assert len(found) == 5 and not failed
    assert len(log.read_text().split()) == len(kept(tmp_path / "out")) == 1
    write(place, {"s3/01_data.py": "x = 2\n"})
    grade_quickly(place, tmp_path / "out")
    assert len(log.read_text().split()) == len(kept(tmp_path / "out")) == 2


def test_a_worker_that_dies_is_replaced_and_its_submission_tried_once_more(tmp_path, log):
    files = {"a/01_data.py": "# die", "b/01_data.py": "# die once", "c/01_data.py": "# fail"}
    place = write(some(tmp_path / "in", 6), files)
    found, failed, told = grade_quickly(place, tmp_path / "out")
    why = {one.path: failed[TERMS.key(one)] for one in found if TERMS.key(one) in failed}
    assert set(why) == {"a/01_data.py", "c/01_data.py"}
    assert "so did the next" in why["a/01_data.py"] and "ValueError" in why["c/01_data.py"]
    assert len(kept(tmp_path / "out")) == 7
    assert sum("tries it once more" in line for line in told) == 2


def test_a_worker_that_cannot_isolate_is_named_and_grades_nothing(tmp_path, log):
    place = write(tmp_path / "in", {"a/01_data.py": "# refuse"})
    with pytest.raises(CourseError, match=r"process \d+ on .* grades nothing: no namespaces"):
        grade_quickly(place, tmp_path / "out")


def test_what_a_result_depends_on_is_in_its_key(tmp_path):
    from dataclasses import replace

    from autograder.batch.layouts import survey

    one, two = survey(write(tmp_path, {"a/01_data.py": "x", "b/01_data.ipynb": "x"})).found
    others = [
        replace(TERMS, seed=4), replace(TERMS, data="mnist"), replace(TERMS, timeout=61.0),
        replace(TERMS, version="next"), replace(TERMS, isolation="process"),
    ]  # fmt: skip
    keys = {TERMS.key(one), TERMS.key(two), *(terms.key(one) for terms in others)}
    assert len(keys) == 7
    assert TERMS.key(replace(one, lesson="02_visualization")) not in keys


def test_the_seed_is_drawn_once_and_kept(tmp_path):
    seeds = []
    for given in (None, None, 7, None):
        store = Store(tmp_path)
        seeds.append(store.seed(given))
        store.close()
    assert seeds[0] == seeds[1] and seeds[2:] == [7, 7]


def test_two_batches_do_not_write_to_one_place(tmp_path):
    first = Store(tmp_path)
    with pytest.raises(CourseError, match="another batch writes there"):
        Store(tmp_path)
    first.close()
    Store(tmp_path).close()


def test_a_damaged_store_is_named(tmp_path):
    (tmp_path / "results.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(CourseError, match="is damaged"):
        Store(tmp_path)


# ---- the command itself --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A small class, graded for real."""
    folder = tmp_path_factory.mktemp("class")
    files = {
        "anna_5_100_01_data.py": RIGHT, "ben_6_100_01_data.py": NORMALIZE,
        "carl_LATE_7_100_01_data.py": NORMALIZE, "d_8_100_01_data.py": "import os\nos._exit(3)\n",
        "e_9_100_01_data.ipynb": "{broken", "notes.pdf": "x",
    }  # fmt: skip
    place, out = write(folder / "in", files), folder / "out"
    done = command("batch", place, "--out", out, "--seed", 3, "--plain", "--workers", 2)
    assert done.returncode == 0, done.stderr
    return place, out, done


def test_the_command_says_what_grade_says(graded, tmp_path):
    _, out, done = graded
    assert done.stderr == "" and "5 of 5 are graded" in done.stdout and "notes.pdf" in done.stdout
    reports = {r["submission"]["path"]: r for r in json.loads((out / "results.json").read_text())}
    path = tmp_path / "01_data.py"
    path.write_text(NORMALIZE)
    command("grade", path, "--seed", 3, "--json", tmp_path / "one.json")
    one = json.loads((tmp_path / "one.json").read_text())
    ours = reports["ben_6_100_01_data.py"]
    assert {**ours, "seconds": 0, "submission": {}} == {**one, "seconds": 0, "submission": {}}
    assert reports["anna_5_100_01_data.py"]["score"] == 46
    for report in reports.values():
        VALIDATOR.validate(report)


def test_the_same_command_again_grades_nothing_and_says_the_same(graded):
    place, out, _ = graded
    files = {path: path.read_bytes() for path in out.glob("*.csv")}
    began = time.monotonic()
    done = command("batch", place, "--out", out, "--plain")
    assert done.returncode == 0 and "All 5 are graded already, by seed 3" in done.stdout
    assert time.monotonic() - began < 20
    assert {path: path.read_bytes() for path in out.glob("*.csv")} == files


def test_no_learner_reads_another_ones_name_in_a_report(graded):
    _, out, _ = graded
    for report in json.loads((out / "results.json").read_text()):
        text = json.dumps({**report, "submission": {}})
        assert "_100_01_data" not in text  # as the files of all of them are called


def test_killed_and_stopped_for_real_it_leaves_nothing_and_goes_on(graded, tmp_path):
    place = write(tmp_path / "in", {f"s{n}/01_data.py": f"# {n}\n{NORMALIZE}" for n in range(6)})
    out = tmp_path / "out"
    line = [*MAIN, "batch", str(place), "--out", str(out), "--workers", "1", "--plain"]
    for number in (signal.SIGKILL, signal.SIGINT):
        process = subprocess.Popen(
            line, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "TMPDIR": str(tmp_path)}, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # nohup ignores it
        )  # fmt: skip
        _wait_for_a_result(out, process)
        process.send_signal(number)
        said, errors = process.communicate(timeout=60)
        _wait_until_nothing_is_left(process.pid, tmp_path)
    assert process.returncode == 130 and "Traceback" not in errors
    assert "The same command goes on" in said and len(kept(out)) >= 2
    rows = list(csv.DictReader((out / "results.csv").read_text().splitlines()))
    assert {row["status"] for row in rows} <= {"graded", "waiting"} and len(rows) == 6
    done = command(*line[len(MAIN) :])
    assert done.returncode == 0 and len(kept(out)) == 6


def _wait_for_a_result(out, process):
    """Wait until one more result is kept."""
    before = count_results(out)
    _wait_until(lambda: process.poll() is not None or count_results(out) > before)
    assert process.poll() is None, process.communicate()


def _left(session, folder):
    """Return the processes of a session, and the rooms that are still there."""
    alive = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        alive += [status] if int(fields[3]) == session and fields[0] != "Z" else []
    return [*alive, *folder.glob("autograder-*")]


def _wait_until_nothing_is_left(session, folder):
    _wait_until(lambda: not _left(session, folder))


def _wait_until(true, seconds=60):
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


@pytest.mark.parametrize("words", [["nowhere"], ["."], [".", "--workers", "0"]])
def test_what_cannot_be_done_is_said_in_a_line(tmp_path, words):
    words = [
        str(tmp_path / word) if not word.startswith("-") and word != "0" else word for word in words
    ]
    done = command("batch", *words, "--out", tmp_path / "out")
    assert done.returncode == 2 and "Traceback" not in done.stderr and done.stderr.strip()


def test_the_version_of_the_checks_changes_with_them(monkeypatch, tmp_path):
    from autograder.batch import store

    before = version_of_the_checks()
    assert version_of_the_checks() == before
    monkeypatch.setattr(store.metadata, "version", lambda _: "99")
    assert version_of_the_checks() != before
