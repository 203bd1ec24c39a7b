"""A check changed: who gains, who loses; nothing is saved unless that is asked for."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from batch_class import count_results, write
from grader_command import MAIN, ROOT, command
from nbgrader.api import Gradebook
from regrade_class import LESSON, pretend

from autograder.batch.store import Listed, Store
from autograder.cli import main

CLASS = {
    "anna_5_100_01_data.py": "# normalize=4 read_idx=9\n",  # gains 1, loses 2
    "ben_6_100_01_data.py": "# normalize=4\n",  # gains
    "carl_7_100_01_data.py": "# read_idx=8\n",  # loses
    "dora_8_100_01_data.py": "# read_idx=7 to_tensors=6\n",  # stays
    "emil_9_100_01_data.py": "# normalize=3\n",  # is told something else
    "fay_10_100_01_data.py": "# normalize=4\n",  # as ben
    "notes.pdf": "left out",
}


@pytest.fixture
def log(tmp_path, monkeypatch):
    path = tmp_path / "graded.log"
    monkeypatch.setenv("GRADED_LOG", str(path))
    path.touch()
    return path


@pytest.fixture
def check(monkeypatch):
    """Return how to put a version of the checks in force."""
    return lambda version: pretend(monkeypatch.setattr, version)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class, graded by the first checks."""
    folder = tmp_path_factory.mktemp("class")
    place = write(folder / "in", CLASS)
    with pytest.MonkeyPatch.context() as patch:
        pretend(patch.setattr, "v1")
        words = ["--out", str(folder / "out"), "--seed", "3", "--plain"]
        assert main(["batch", str(place), *words]) == 0
    return folder


@pytest.fixture
def out(graded, tmp_path, log, check):
    """A copy of that class, over which the second checks are in force."""
    shutil.copytree(graded, tmp_path, dirs_exist_ok=True)
    store = Store(tmp_path / "out")
    store.remember(place=str(tmp_path / "in"))
    store.close()
    check("v2")
    return tmp_path / "out"


@pytest.fixture
def batch(graded, tmp_path, log, check):
    """Return how to grade others by the first checks: the second ones are in force then."""

    def begin(files, *words):
        (tmp_path / "out").mkdir()
        shutil.copy(graded / "out" / "gradebook.db", tmp_path / "out")  # to make one takes long
        check("v1")
        place = write(tmp_path / "in", files)
        words = ["--out", str(tmp_path / "out"), "--seed", "3", "--plain", *map(str, words)]
        assert main(["batch", str(place), *words]) in (0, 1)
        check("v2")
        return tmp_path / "out"

    return begin


def regrade(out, *words):
    return main(["regrade", str(out), "--plain", *map(str, words)])


def files(out):
    """Return all that a batch writes, with the times; what is graded may be added to."""
    paths = [path for path in out.iterdir() if "sqlite" not in path.name]
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def kept(out):
    store = Store(out)
    found = store.listing(), {name: store.recall(name) for name in ("place", "seed", "gradebook")}
    store.close()
    return found


def table(path):
    return list(csv.DictReader(path.read_text().splitlines()))


def scores(out):
    return {line["learner"].partition("_")[0]: line["score"] for line in table(out / "results.csv")}


def test_it_tells_who_gains_and_who_loses_and_changes_nothing(out, tmp_path, capsys):
    before, listed = files(out), kept(out)
    capsys.readouterr()
    assert regrade(out, "--json", tmp_path / "changes.json") == 1
    said = capsys.readouterr().out
    assert files(out) == before and kept(out) == listed
    assert "5 to grade by seed 3, 1 is known" in said
    assert "Of 6 submissions 2 gain, 2 lose, 2 stay (1 of them are told something else)." in said
    assert "01_data, normalize: 3 gain, 0 lose, +3 points, 1 are told something else" in said
    assert "anna_5 (anna), 01_data: 13 -> 12 (-1)\n  read_idx: 9/9 -> 7/9\n" in said
    assert "    before: correct: A value was lost.\n    now: partly: A value was lost." in said
    assert "    check: values: 9/9 -> 7/9" in said and "dora" not in said
    assert f"Nothing is saved. To save: autograder regrade {out} --save" in said
    told = json.loads((tmp_path / "changes.json").read_text())
    assert told["counts"] == {"gain": 2, "lose": 2, "stay": 2, "first": 0, "failed": 0}
    assert told["saved"] is False and len(told["submissions"]) == 5
    gains = {tally["name"]: tally["points"] for tally in told["exercises"]}
    assert gains == {"read_idx": -3, "normalize": 3}


def test_saving_grades_nothing_and_writes_what_a_batch_would(out, log, tmp_path, capsys):
    regrade(out)
    graded = log.read_text()
    assert regrade(out, "--save") == 0 and log.read_text() == graded
    assert scores(out) == {
        "anna": "12", "ben": "5", "carl": "7", "dora": "13", "emil": "3", "fay": "5"
    }  # fmt: skip
    lines = [tuple(line.values())[:5] for line in table(out / "regraded.csv")]
    assert ("carl_7", LESSON, "read_idx", "8", "7") in lines and len(lines) == 5
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission(LESSON, "anna_5").score == 12
    saved = {name: content for name, (content, _) in files(out).items() if name != "gradebook.db"}
    capsys.readouterr()
    assert regrade(out) == 0 and "nothing changes" in capsys.readouterr().out
    assert main(["batch", str(tmp_path / "in"), "--out", str(out), "--plain"]) == 0
    assert log.read_text() == graded
    assert {name: content for name, (content, _) in files(out).items() if name in saved} == saved


def test_where_the_checks_are_as_they_were_nothing_is_graded(out, log, check, tmp_path, capsys):
    check("v1")
    graded = log.read_text()
    shutil.rmtree(tmp_path / "in")  # it is not even looked at
    assert regrade(out, "--save", "--json", tmp_path / "none.json") == 0
    assert log.read_text() == graded and "nothing changes" in capsys.readouterr().out
    assert json.loads((tmp_path / "none.json").read_text())["submissions"] == []


def test_other_checks_that_say_the_same_change_nothing(out, check, capsys):
    check("v3")
    assert regrade(out) == 0
    assert "6 stay.\nNo result changes.\n" in capsys.readouterr().out


def test_what_is_new_gone_or_changed_is_told_apart_and_keeps_what_it_had(out, tmp_path, capsys):
    place, before = tmp_path / "in", {line["path"]: line for line in table(out / "results.csv")}
    write(place, {"gus_11_100_01_data.py": "# normalize=4\n"})
    write(place, {"ben_6_100_01_data.py": "# normalize=6\n"})
    (place / "carl_7_100_01_data.py").unlink()
    assert regrade(out) == 1
    said = capsys.readouterr().out
    assert "1 new since, not compared:\n  gus_11_100_01_data.py\n" in said
    assert "1 gone since, not compared:\n  carl_7_100_01_data.py\n" in said
    assert "1 changed since, not compared:\n  ben_6_100_01_data.py\n" in said
    assert "Of 4 submissions 1 gain, 1 lose, 2 stay" in said
    assert regrade(out, "--save") == 0
    after = {line["path"]: line for line in table(out / "results.csv")}
    assert after.keys() == before.keys()
    for learner in ("ben_6", "carl_7", "dora_8"):
        assert after[f"{learner}_100_01_data.py"] == before[f"{learner}_100_01_data.py"]
    known = {line["ID"] for line in table(out / "canvas.csv")}
    assert known == {"", "10", "5", "6", "7", "8", "9"}, "who is gone is known to Canvas as before"
    assert regrade(out) == 0, "what is saved is saved"


def test_submissions_that_were_moved_are_asked_for(out, tmp_path, capsys):
    (tmp_path / "in").rename(tmp_path / "there")
    assert regrade(out) == 2
    asked = f"autograder regrade {out} --submissions PLACE"
    assert asked in capsys.readouterr().err
    (tmp_path / "in").mkdir()
    assert regrade(out) == 2 and asked in capsys.readouterr().err
    assert regrade(out, "--submissions", tmp_path / "there", "--save") == 0
    assert kept(out)[1]["place"] == str(tmp_path / "there")


def test_a_batch_says_that_the_course_has_changed(out, check, capsys):
    def said():
        assert main(["batch", str(out.parent / "in"), "--out", str(out), "--plain"]) == 0
        return f"run: autograder regrade {out}\n" in capsys.readouterr().out

    assert said() and not said()
    check("v3")
    assert regrade(out, "--save") == 0
    capsys.readouterr()
    assert not said()


def test_a_batch_that_is_stopped_leaves_what_other_checks_said(out, monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    before, listed = files(out), kept(out)
    monkeypatch.setattr("autograder.batch.running.Batch", stopped)
    assert main(["batch", str(out.parent / "in"), "--out", str(out), "--plain"]) == 130
    assert files(out) == before and kept(out) == listed
    assert "are as they were" in capsys.readouterr().out


def test_without_results_it_says_how_to_get_them(tmp_path, capsys):
    assert regrade(tmp_path / "nowhere") == 2
    assert "autograder batch SUBMISSIONS --out" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()
    Store(tmp_path).close()
    assert regrade(tmp_path) == 2 and "no batch came to its end" in capsys.readouterr().err


def test_manual_scores_stay(out):
    url = f"sqlite:///{out / 'gradebook.db'}"
    with Gradebook(url) as gradebook:
        gradebook.find_grade("check-read_idx", LESSON, LESSON, "carl_7").manual_score = 9
        gradebook.db.commit()
    assert regrade(out, "--save") == 0
    with Gradebook(url) as gradebook:
        grade = gradebook.find_grade("check-read_idx", LESSON, LESSON, "carl_7")
        assert (grade.auto_score, grade.manual_score, grade.score) == (7, 9, 9)


def test_who_cannot_be_graded_anew_keeps_the_result(batch, log, capsys):
    texts = {"a": "# normalize=4 die=v2\n", "b": "# normalize=4\n", "c": "# normalize=4 die=v1\n"}
    out = batch({f"{name}/01_data.py": text for name, text in texts.items()})
    assert regrade(out, "--save") == 1
    said = capsys.readouterr().out
    assert "1 could not be graded anew:\n  a/01_data.py: something of ours" in said
    assert "1 gain, 0 lose, 0 stay; 1 had no result before." in said
    assert scores(out) == {"a": "4", "b": "5", "c": "5"}
    graded = log.read_text()
    assert regrade(out) == 1, "it is tried again"
    assert len(log.read_text().split("\n")) == len(graded.split("\n")) + 1


def test_stopped_it_saves_nothing(out, monkeypatch, capsys):
    def stopped(*_):
        raise KeyboardInterrupt

    before, listed = files(out), kept(out)
    monkeypatch.setattr("autograder.batch.running.Batch", stopped)
    assert regrade(out, "--save") == 130
    assert files(out) == before and kept(out) == listed
    assert "Nothing is saved. What is graded is kept" in capsys.readouterr().out


def test_a_save_that_was_killed_is_made_again_and_noted_once(out, monkeypatch):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, "list_anew", killed)
        assert regrade(out, "--save") == 130
    assert regrade(out) == 1, "the listing was written before all else was"
    assert regrade(out, "--save") == 0
    assert len(table(out / "regraded.csv")) == 5


def test_what_changes_and_changes_back_is_noted_each_time(out, check):
    for version in ("v2", "v1", "v2"):
        check(version)
        assert regrade(out, "--save") == 0
    lines = [line for line in table(out / "regraded.csv") if line["learner"] == "carl_7"]
    assert [line["after"] for line in lines] == ["7", "8", "7"]


def test_the_seed_is_that_of_the_results_not_of_a_batch_that_was_killed(out, capsys):
    store = Store(out)
    store.seed(77)
    store.close()
    assert regrade(out) == 1 and "to grade by seed 3," in capsys.readouterr().out


def test_the_gradebook_is_that_of_the_batch_and_no_password_is_kept(
    batch, graded, tmp_path, capsys
):
    from autograder.batch.gradebook import kept as remembered

    own = shutil.copy(graded / "out" / "gradebook.db", tmp_path / "own.db")
    out = batch(CLASS, "--gradebook", own)
    before = files(out)["gradebook.db"]
    assert regrade(out, "--save") == 0 and files(out)["gradebook.db"] == before
    with Gradebook(f"sqlite:///{own}") as gradebook:
        assert gradebook.find_submission(LESSON, "anna_5").score == 12
    url = remembered("postgresql://ann:secret@host/book", out)
    assert "secret" not in url
    store = Store(out)
    store.remember(gradebook=url)
    store.list_anew(replace(listed, key="of other checks") for listed in store.listing())
    store.close()
    assert regrade(out, "--save") == 2 and "by --gradebook" in capsys.readouterr().err
    assert regrade(out) == 1, "without --save nobody asks for a gradebook"


def test_what_learners_wrote_is_one_line_of_the_screen_and_no_formula(batch, capsys):
    content = "# normalize=4 says=\x1b[2J\u202eevil\n"
    name = "=cmd\nOf\x1b[2J+01_data+2026-01-01\\x/01_data.py"
    out = batch({name: content, "b/01_data.py": "# normalize=4\n"})
    assert regrade(out, "--save") == 0
    said = capsys.readouterr().out
    assert not {"\x1b", "\u202e"} & set(said) and "\nOf [2J" not in said and "=cmd Of" in said
    cells = [cell for line in table(out / "regraded.csv") for cell in line.values()]
    assert any("cmd" in cell for cell in cells) and not any(cell[0] in "=+-@" for cell in cells)


def test_results_kept_before_there_were_kinds_are_understood():
    from autograder.batch.regrading import as_found

    old = Listed("a", "", LESSON, "a/x.IPYNB", "0", "key", late=False, made=0.0, why="")
    assert as_found(old).kind == ".ipynb"


def test_killed_it_loses_nothing_saves_nothing_and_goes_on(batch, log):
    out = batch({f"s{n}/01_data.py": f"# normalize=4\n{n}\n" for n in range(30)})
    before = files(out)
    line = [sys.executable, str(ROOT / "tests" / "regrade_class.py"), "v2", "regrade", str(out)]
    process = subprocess.Popen(
        line, stdout=subprocess.DEVNULL, env={**os.environ, "GRADED_SLEEP": "0.1"}, cwd=ROOT
    )
    while count_results(out) < 33:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL and files(out) == before
    assert regrade(out) == 1
    graded = [line for line in log.read_text().splitlines() if line.startswith("v2")]
    assert len(set(graded)) == 30 and len(graded) <= 31, "what was kept was graded again"


# ---- for real ------------------------------------------------------------------------------------

NORMALIZE = "def normalize(images, mean, std):\n    return (images - mean) / std\n"
STRICT = "_bad_stds, probe=refused_calls,\n             judge=all_refused"
MILD = "_bad_stds, probe=refused_calls,\n             judge=lambda expected, got: None"


def test_a_course_in_which_a_check_was_changed(tmp_path):
    place = write(tmp_path / "in", {"ann/01_data.py": NORMALIZE, "ben/01_data.py": "x = 1\n"})
    out = tmp_path / "out"
    done = command("batch", place, "--out", out, "--seed", 3, "--plain", "--workers", 1)
    assert done.returncode == 0, done.stderr
    course = tmp_path / "course"
    for package in ("autograder", "mnist_course"):
        shutil.copytree(ROOT / package, course / package)
    checks = course / "autograder" / "exercises" / "data" / "__init__.py"
    assert checks.read_text().count(STRICT) == 1
    checks.write_text(checks.read_text().replace(STRICT, MILD))
    done = subprocess.run(
        [*MAIN, "regrade", str(out), "--workers", "1", "--plain"], cwd=course, timeout=240,
        env={**os.environ, "PYTHONPATH": str(course)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1 and done.stderr == "", done.stderr
    assert "ann, 01_data: 5 -> 6 (+1)\n  normalize: 5/6 -> 6/6\n" in done.stdout
    assert "before: std-unchecked: " in done.stdout and "now: correct\n" in done.stdout
    assert "check: refuses a deviation that is not positive: 0/1 -> 1/1" in done.stdout
    assert "Of 2 submissions 1 gain, 0 lose, 1 stay." in done.stdout
