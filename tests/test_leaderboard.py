"""The capstone's leaderboard: what is measured, by whom it is believed, who comes first."""

import argparse
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder import bundle
from autograder.commands import leaderboard as command
from autograder.leaderboard import board as leaderboard
from autograder.leaderboard import podium, race
from autograder.leaderboard.board import Entry, Kept, Result, ranked
from autograder.probes import capstone as probes
from autograder.submission import Submission
from mnist_course.errors import CourseError

LESSON = "07_capstone"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOSTILE = '<script>alert("x")</script>\x1b[31m'
HONEST = """
import torch
from torch import nn
# %%
def build_model():
    return nn.Sequential(nn.AvgPool2d(2), nn.Flatten(), nn.Linear(196, WIDE), nn.ReLU(),
                         nn.Linear(WIDE, 10))
# %%
def train(model, images, labels, seed):
    rule = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(STEPS):
        rule.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        rule.step()
"""
FINE = HONEST.replace("WIDE", "24").replace("STEPS", "60")
POOR = HONEST.replace("WIDE", "24").replace("STEPS", "3")
LEAVES = 'print("1  eve  100.0%  1  0.0")\nraise SystemExit(0)\n'
EXITS = """
import ctypes
def build_model():
    print({"accuracy": 1.0})
    ctypes.CDLL(None)._exit(0)
train = build_model
"""
LOOPS = FINE + "\n# %%\ndef train(*_):\n    while True:\n        pass\n"
LIES = """
import torch
from autograder.probes import capstone
lie = {"logits": torch.eye(10).repeat(1000, 1)[:1436], "parameters": 1, "kept": 1}
capstone.raced = lambda *_: lie
def train(*_):
    pass
"""
HIDES = (
    FINE
    + """
# %%
class Hidden(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(784, 10))
        self.register_buffer("weights", torch.zeros(200_000), persistent=False)
    def parameters(self, recurse=True):
        return iter([])
build_model = Hidden
def train(model, *_):
    pass
"""
)
BLOWS_UP = FINE.replace("rule.step()", "model[2].weight.data *= float('nan')")
ALONE = "def train(*_):\n    pass\n"
PLACES = {
    "ben/07_capstone.ipynb": json.dumps(
        {"cells": [{"cell_type": "code", "source": POOR}], "nbformat": 4, "nbformat_minor": 5}
    ),
    "leaves/07_capstone.py": LEAVES, "exits/07_capstone.py": EXITS, "07_capstone-loops.py": LOOPS,
    "lies/07_capstone_final.py": LIES, "hides/07_capstone.py": HIDES,
    "blows_up/07_capstone.py": BLOWS_UP, "alone/07_capstone.py": ALONE,
    "03_conv_layers.py": "x = 1\n", "notes.zip": "no zip", "a/b/07_capstone.py": FINE,
}  # fmt: skip


def run(*arguments):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args([str(argument) for argument in arguments]))


def written(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def handed_in(folder, learner, text, when=NOW, lesson=LESSON):
    return bundle.write(folder, f"{lesson}.py", text.encode(), lesson, learner, when)


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """All of them, measured by one run; the loops are stopped soon."""
    folder = tmp_path_factory.mktemp("board")
    for name, text in PLACES.items():
        written(folder, name, text)
    handed_in(folder, f"Anna {HOSTILE}", LOOPS, NOW - timedelta(days=1))
    handed_in(folder, f"Anna {HOSTILE}", FINE, NOW)
    handed_in(folder, "carl", FINE, NOW, "04_training")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(race, "CASE", replace(race.CASE, limit=3.0))
        out, page = folder / "out.json", folder / "out.html"
        assert run(folder, "--json", out, "--html", page, "--seed", 7) == 0
    return folder, json.loads(out.read_text()), page.read_text()


def test_honest_networks_come_first_and_lies_below(board):
    ranks = {row["learner"]: row for row in board[1]["ranked"]}
    anna = ranks[f"Anna {HOSTILE}".replace("\x1b", " ")]
    assert list(ranks) == [anna["learner"], "ben", "lies"]
    assert [row["rank"] for row in ranks.values()] == [1, 2, 3]
    assert anna["accuracy"] > 0.6 > ranks["ben"]["accuracy"] > ranks["lies"]["accuracy"]
    assert anna["parameters"] == 196 * 24 + 24 + 24 * 10 + 10
    assert 0.1 < anna["seconds"] < 10 and anna["seconds"] > ranks["ben"]["seconds"]


def test_what_has_no_place_is_listed_with_the_reason(board):
    why = {row["learner"]: row["why"] for row in board[1]["unranked"]}
    reasons = {
        "leaves": "There is no train here.", "exits": "It ended the whole process (exit code 0).",
        "loops": "It was stopped after 3 seconds.", "hides": "It keeps 207,850 numbers;",
        "blows_up": "Some of its logits are not finite", "alone": "there is no build_model",
    }  # fmt: skip
    assert why.keys() == reasons.keys()
    for learner, reason in reasons.items():
        assert reason in why[learner], why


def test_what_is_left_out_is_told(board):
    found = board[1]
    assert found["older"] == 1
    left_out = "\n".join(found["left_out"])
    assert "is of 04_training: only 07_capstone is measured" in left_out
    assert "notes.zip is no bundle" in left_out and "03_conv" not in left_out
    assert {Path(row["path"]).parts[-3] for row in found["ranked"]} & {"a"} == set()


def test_the_page_needs_no_other_file_and_nothing_in_it_is_run(board):
    page = board[2]
    assert "<script" not in page and "&lt;script&gt;alert(" in page and "\x1b" not in page
    assert "src=" not in page and "href=" not in page and "url(" not in page
    assert "color-scheme: light dark" in page and page.count("<tr>") == 4
    assert 'scope="col">accuracy' in page and "CPU seconds" in page


def test_a_second_run_measures_only_what_is_new(board, capsys, monkeypatch):
    folder, before, _ = board
    monkeypatch.setattr(command, "Zygote", lambda *_: pytest.fail("something was measured"))
    assert run(folder, "--json", folder / "again.json") == 0  # with the seed of last time
    assert json.loads((folder / "again.json").read_text()) == before
    said = capsys.readouterr()
    assert "1 of" not in said.err and "seed 7" in said.out
    for more in (["--again"], ["--seed", "8"], ["--isolation", "process"]):
        with pytest.raises(pytest.fail.Exception, match="was measured"):
            run(folder, *more)


def test_the_table_has_80_columns(board, capsys):
    run(board[0])
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 80 and "\x1b" not in said
    assert said.startswith("rank  learner  ") and "\n   1  Anna <script>" in said
    assert "1 older ones were left out." in said and "\nNot ranked:\n" in said


# ---- what is kept --------------------------------------------------------------------------------


class Room:
    """Stands for a zygote: nothing is started."""

    def __init__(self, *_):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def wait(self):
        pass


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Three files, and what `measure` is to do with each, in turn."""
    for number in range(3):
        written(tmp_path, f"s{number}/07_capstone.py", f"x = {number}\n")
    monkeypatch.setattr(command, "Zygote", Room)
    turns = []

    def measure(*_):
        turn = turns.pop(0)
        if isinstance(turn, BaseException):
            raise turn
        return turn

    monkeypatch.setattr(race, "measure", measure)
    return tmp_path, turns


def test_what_was_measured_stays_when_it_is_stopped(measured, capsys):
    folder, turns = measured
    turns += [Result(0.9, 10, 1.0), KeyboardInterrupt(), Result(0.8, 10, 1.0), Result(0.7, 9, 1.0)]
    with pytest.raises(KeyboardInterrupt):
        run(folder)
    assert [one.accuracy for one in Kept(folder).results.values()] == [0.9]
    assert run(folder) == 0
    assert turns == [] and len(Kept(folder).results) == 3
    assert "1 of 2: s1 (07_capstone.py)" in capsys.readouterr().err


def test_a_fault_with_one_spares_the_others(measured, capsys):
    folder, turns = measured
    turns += [Result(0.9, 10, 1.0), ZeroDivisionError("oh"), Result(0.8, 10, 1.0)]
    assert run(folder) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "s1: It could not be measured (ZeroDivisionError: oh)." in said
    assert " 1 s0 90.0% " in said and " 2 s2 80.0% " in said


def test_the_same_file_is_measured_once(measured):
    folder, turns = measured
    for number in range(3):
        written(folder, f"s{number}/07_capstone.py", "x = 1\n")
    turns.append(Result(0.9, 10, 1.0))
    assert run(folder) == 0


DAMAGED = [
    b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"schema": 1}',
    b'{"schema": 2, "seed": 1, "results": {}}', b'{"schema": 1, "seed": true, "results": {}}',
    b'{"schema": 1, "seed": 1, "results": {"k": {"accuracy": 7}}}',
    b'{"schema": 1, "seed": 1, "results": {"k": {"accuracy": NaN}}}',
    b'{"schema": 1, "seed": 1, "results": {"k": {"accuracy": "1"}}}',
    b'{"schema": 1, "seed": 1, "results": {"k": {"parameters": 1.5}}}',
    b'{"schema": 1, "seed": 1, "results": {"k": {"rank": 1}}}',
]  # fmt: skip


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_set_aside(tmp_path, content):
    for number in (1, 2):
        (tmp_path / leaderboard.FILE).write_bytes(content)
        kept = Kept(tmp_path)
        assert (kept.seed, kept.results) == (None, {})
        aside = tmp_path / f"leaderboard.damaged-{number}.json"
        assert aside.read_bytes() == content and str(aside) in kept.remark


def test_a_damaged_file_stops_nothing(measured, capsys):
    folder, turns = measured
    (folder / leaderboard.FILE).write_text("{")
    turns += [Result(0.9, 10, 1.0)] * 3
    assert run(folder) == 0
    assert "all is measured again" in capsys.readouterr().err


# ---- who comes first -----------------------------------------------------------------------------


def entry(learner="anna", path="07_capstone.py", when=NOW):
    return Entry(learner, when, Submission(Path(path), "0" * 64))


def test_accuracy_then_parameters_then_seconds_and_chance_does_not_decide():
    results = {
        "b": Result(0.974, 1000, 9.0), "a": Result(0.966, 999, 90.0), "c": Result(0.97, 1000, 9.4),
        "f": Result(why="it failed"), "d": Result(0.97, 1000, 11.0), "e": Result(0.96, 1, 0.1),
    }  # fmt: skip
    rows = ranked([(entry(name), result) for name, result in results.items()])
    assert [(row.entry.learner, row.rank) for row in rows] == [
        ("a", 1), ("b", 2), ("c", 2), ("d", 4), ("e", 5), ("f", 0),
    ]  # fmt: skip


def test_only_the_latest_of_each_learner_counts():
    days = [entry(path=f"{day}.py", when=NOW + timedelta(days=day)) for day in (1, 3, 2)]
    assert leaderboard.latest([*days, entry("ben")]) == [entry("ben"), days[1]]


def test_names_come_from_folders_bundles_and_files_in_this_order(tmp_path):
    handed_in(tmp_path, "said", FINE)
    (tmp_path / "own").mkdir()
    handed_in(tmp_path / "own", "said", FINE)
    for name in ("07_capstone.py", "07_Capstone (ben).py", "carl_07_capstone.ipynb"):
        written(tmp_path, name, FINE)
    found, left_out = leaderboard.entries_in(tmp_path)
    assert sorted(one.learner for one in found) == ["07_capstone", "ben", "carl", "own", "said"]
    assert left_out == []


def test_a_time_that_is_none_is_that_of_the_file():
    assert leaderboard._time("2026-11-21T13:00:00+01:00", NOW + timedelta(1)) == NOW
    for said in ("", "yesterday", "2026-11-21T13:00:00"):
        assert leaderboard._time(said, NOW) == NOW


LOGITS = {"logits": torch.zeros(2, 10)}


@pytest.mark.parametrize(
    ("got", "why"),
    [(None, "shape"), ([], "shape"), ({"logits": "x"}, "shape"),
     ({"logits": torch.zeros(1, 10)}, "shape"), ({"logits": torch.zeros(2, 10) / 0}, "finite"),
     (LOGITS, "counted"), ({**LOGITS, "parameters": True, "kept": 1}, "counted"),
     ({**LOGITS, "parameters": -1, "kept": 1}, "counted"),
     ({**LOGITS, "parameters": 150_001, "kept": 150_001}, "150,001 numbers"),
     ({**LOGITS, "parameters": 9, "kept": 155_001}, "155,001 numbers"),
     ({**LOGITS, "parameters": 150_000, "kept": 155_000}, "")],
)  # fmt: skip
def test_what_comes_back_is_measured_and_not_believed(got, why):
    found = race._result(torch.tensor([0, 1]), got, 1.0)
    assert why in found.why and bool(found.why) == bool(why)
    assert why or found == Result(0.5, 155_000, 1.0)


def test_all_that_a_network_keeps_is_counted_and_tied_weights_once():
    linear = nn.Linear(10, 10)
    assert probes.kept(nn.Sequential(linear, linear)) == 110
    assert probes.kept(nn.BatchNorm1d(10)) == 41
    linear.register_buffer("more", torch.zeros(7), persistent=False)
    assert probes.kept(linear) == 117
    linear.state_dict = lambda: {"all": torch.zeros(500)}
    assert probes.kept(linear) == 500


# ---- what is refused -----------------------------------------------------------------------------


def test_an_empty_folder_is_told(tmp_path):
    with pytest.raises(CourseError, match="Nothing of 07_capstone is in"):
        run(tmp_path)
    with pytest.raises(CourseError, match="is no folder"):
        run(tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_was_handed_in_is_overwritten(measured):
    folder, _ = measured
    with pytest.raises(CourseError, match="needed for something else"):
        run(folder, "--json", folder / "s1" / "07_capstone.py")
    assert (folder / "s1" / "07_capstone.py").read_text() == "x = 1\n"


def test_a_name_cannot_look_like_lines_of_ours():
    board = podium.Board(ranked([(entry("a\n   1  b" + "x" * 99), Result(1.0, 9, 1.0))]), 1, "", "")
    lines = podium.as_table(board).splitlines()
    assert lines[1].startswith("   1  a    1  bx") and lines[2] == "" and len(lines[1]) <= 80


def test_a_board_without_anybody_is_one_too():
    board = podium.Board(ranked([(entry(), Result(why="It failed."))]), 1, "digits", "0")
    assert podium.as_table(board).startswith("Nobody has a place yet.")
    assert "Not ranked" in podium.as_html(board)
