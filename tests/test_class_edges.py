"""What fell between `batch`, `regrade` and `report`: seen when the three were run together."""

import json
import random
import re
import sqlite3
from pathlib import Path

import pytest
from batch_class import report_of, write
from regrade_class import pretend
from report_class import LESSON, classroom, entry, exercise, listed, report, store_of

from autograder.batch import gradebook
from autograder.batch.exports import Row
from autograder.batch.layouts import survey
from autograder.batch.running import write_gradebook
from autograder.batch.store import Store
from autograder.batch.work import Task
from autograder.class_report.alike import Alike
from autograder.class_report.attention import FAILED_CELL, SLOW, notes
from autograder.class_report.figures import Mistake, discrimination, meaning, rates
from autograder.class_report.pages import as_page
from autograder.class_report.sections import Part
from autograder.class_report.similarity import pairs, prints_of
from autograder.cli import main
from autograder.submission import from_content
from autograder.syllabus import LESSONS, Asked
from mnist_course.errors import CourseError

LOOP = "It was stopped after 20 seconds, in line 4 of x.py: while True: pass"
FIRST = "01_data"


def page_of(*entries, lesson=LESSON):
    return as_page(classroom(*entries), [Part(lesson, list(entries), Alike())])


# ---- the page ------------------------------------------------------------------------------------


def test_a_cell_that_loops_ran_too_long_and_a_message_cannot_say_so() -> None:
    begin = "The cell at line 3 of x.py failed. "
    some = entry("s", exercise("conv2d", "a"), warnings=[begin + LOOP])
    assert [note.kind for note in notes(classroom(some))] == [SLOW]
    liar = entry("s", exercise("conv2d", "a"), warnings=[f"{begin}It raised ValueError: {LOOP}"])
    assert [note.kind for note in notes(classroom(liar))] == [FAILED_CELL]


def test_what_learners_call_their_cells_is_not_shown() -> None:
    """With --codes it would be their own words; no exercise is called so anyway."""
    dice = random.Random(1)
    signs = "".join(f"a {dice.choice('+-*/@%&|')} (" for _ in range(60))
    body = f"def f(a, b):\n    return {signs}b{')' * 60}\n"
    mark = '# %% nbgrader={"grade_id": "NAME", "solution": true}\n'

    def where(name):
        text = (mark.replace("NAME", name) + body).encode()
        prints = prints_of(from_content(Path("x.py"), text).cells)
        (pair,) = pairs({"a": prints, "b": prints})
        return pair.where

    assert where("conv2d") == ["conv2d"]
    assert where("Anna Secret") == []


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = as_page(
        classroom(entry("a", exercise("conv2d", "a"))),
        [Part(FIRST, [], Alike()), Part(LESSON, [entry("a", exercise("conv2d", "a"))], Alike())],
    )
    for target in re.findall('href="#([^"]*)"', page):
        assert f'id="{target}"' in page


def test_an_exercise_without_points_is_shown() -> None:
    some = [entry("a", exercise("conv2d", "a", points=0)), entry("b", exercise("conv2d", "a"))]
    assert [rate.share for rate in rates(some[:1])] == [0] and rates(some)[0].share == 0.5
    assert [item.share for item in discrimination(some[:1])] == [0, 0]
    assert "conv2d" in page_of(*some)


@pytest.mark.parametrize("count", [1, 3, 9])
def test_of_few_learners_no_bound_is_told_that_no_correlation_has(count) -> None:
    page = page_of(*(entry(f"s{n}", exercise("conv2d", "a")) for n in range(count)))
    assert "may be chance" not in page and "fewer than 10 learners" in page
    nouns = "1 submission of 1 learner." if count == 1 else f"{count} submissions of {count} learn"
    assert nouns in page


def test_where_nobody_tried_it_is_not_said_that_all_was_right() -> None:
    lost = exercise("conv2d", failed="a", status="missing")
    assert "Nobody got anything wrong" not in page_of(entry("a", lost))
    assert "Nobody attempted anything." in page_of(entry("a", lost))
    assert "Nobody got anything wrong" in page_of(entry("a", exercise("conv2d", "a")))


def test_a_mistake_without_a_name_may_be_an_error() -> None:
    told = meaning(LESSON, Mistake("conv2d", None, 1, 2))
    assert "wrong" in told.lower() and "error" in told and "time" in told


def test_all_and_none_are_said_of_nothing_else(tmp_path, capsys) -> None:
    """One of 300 made a mistake, and lost a point of 600: neither 0% nor 100%."""
    listing = [listed(f"s{n}") for n in range(300)]
    odd = report(exercise("conv2d", failed="a", code="kernel-flipped"))
    reports = [odd, *(report(exercise("conv2d", "a")) for _ in listing[1:])]
    assert main(["report", str(store_of(tmp_path, listing, reports))]) == 0
    assert "1% (1 of 300) in conv2d" in capsys.readouterr().out
    facts = (tmp_path / "report.html").read_text()
    assert "<dt>mean of the points</dt><dd>99%</dd>" in facts


# ---- places --------------------------------------------------------------------------------------


def test_a_gradebook_in_a_folder_that_is_not_there(tmp_path) -> None:
    with pytest.raises(CourseError, match=r"there is no folder .*nowhere"):
        gradebook.demand_gradebook(gradebook.url_of(str(tmp_path / "nowhere/g.db"), tmp_path))


@pytest.mark.parametrize("command", ["batch", "report"])
@pytest.mark.parametrize("below", ["", "further"])
def test_results_cannot_go_into_a_file(tmp_path, capsys, command, below) -> None:
    (tmp_path / "file").touch()
    place = {"batch": write(tmp_path / "in", {"a/01_data.py": "x = 1\n"})}.get(command)
    place = place or store_of(tmp_path / "b", [listed("a")], [report(exercise("conv2d", "a"))])
    assert main([command, str(place), "--out", str(tmp_path / "file" / below)]) == 2
    assert "is no folder: name another one with --out" in capsys.readouterr().err


def test_regrade_names_a_damaged_listing(tmp_path, capsys) -> None:
    folder = store_of(tmp_path, [listed("a")], [report(exercise("conv2d", "a"))])
    base = sqlite3.connect(folder / "results.sqlite")
    base.execute("UPDATE listing SET listed = ?", (json.dumps([1]),))
    base.commit()
    base.close()
    assert main(["regrade", str(folder)]) == 2 and "damaged" in capsys.readouterr().err


# ---- an exercise changes -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A gradebook and a row; all exercises of the lesson have a point of those they ask for."""
    folder = tmp_path_factory.mktemp("book")
    (found,) = survey(write(folder / "in", {"anna/01_data.py": "x = 1\n"})).found
    task = Task("key", "01_data.py", FIRST, found.content(), 3, "digits", 60.0, "full", "v")
    return f"sqlite:///{folder / 'g.db'}", found, report_of(task, 1)


def told(of_old):
    """Return what a report says of the exercises, and of one that the course has no longer."""
    lines = [(asked.name, 1, asked.points) for asked in LESSONS[FIRST].exercises]
    return [
        {"name": name, "score": score, "max_score": most}
        for name, score, most in [*lines, *[("of_last_year", 3, 3)] * of_old]
    ]


def test_an_old_report_may_tell_of_an_exercise_that_is_gone(book) -> None:
    url, found, said = book
    assert gradebook.write(url, [Row(found, {**said, "exercises": told(of_old=True)})]) == 1


def test_an_exercise_that_is_worth_nothing_can_be_written(book) -> None:
    url, found, said = book
    some = [{**one, "score": 0, "max_score": 0} for one in told(of_old=False)]
    assert gradebook.write(url, [Row(found, {**said, "exercises": some})]) == 1


def test_points_that_a_check_has_now_replace_those_it_had_and_no_others(book, tmp_path) -> None:
    """Canvas would say 6 of 6 where the gradebook says 5 of 5; what a person set stays."""
    url, found, said = book
    store, row = Store(tmp_path), Row(found, {**said, "exercises": told(of_old=False)})
    write_gradebook(store, url, [row], [FIRST])
    first = maxima(url)
    base = sqlite3.connect(url.removeprefix("sqlite:///"))
    base.execute(
        "UPDATE grade_cells SET max_score = 20 WHERE id IN"
        " (SELECT id FROM base_cell WHERE name = 'check-normalize')"
    )
    base.commit()
    base.close()
    with pytest.MonkeyPatch.context() as patch:
        more = [Asked(asked.name, asked.points + 1, 5) for asked in LESSONS[FIRST].exercises]
        patch.setattr(LESSONS[FIRST], "exercises", more)
        for _ in range(2):
            write_gradebook(store, url, [row], [FIRST])
            changed = {**{name: most + 1 for name, most in first.items()}, "check-normalize": 20}
            assert maxima(url) == changed
    write_gradebook(store, url, [row], [FIRST])
    assert maxima(url) == {**first, "check-normalize": 20}
    store.close()


def test_regrade_hands_the_points_that_changed_on_to_the_gradebook(tmp_path, monkeypatch) -> None:
    place, out = write(tmp_path / "in", {"anna/01_data.py": "# normalize=4\n"}), tmp_path / "out"
    pretend(monkeypatch.setattr, "v1")
    assert main(["batch", str(place), "--out", str(out)]) == 0
    more = [Asked(asked.name, 2 * asked.points, 5) for asked in LESSONS[FIRST].exercises]
    monkeypatch.setattr(LESSONS[FIRST], "exercises", more)
    pretend(monkeypatch.setattr, "v2")
    assert main(["regrade", str(out), "--save"]) == 0
    found = maxima(gradebook.url_of(None, out))
    assert found == {f"check-{asked.name}": asked.points for asked in more}


def maxima(url):
    base = sqlite3.connect(url.removeprefix("sqlite:///"))
    found = base.execute(
        "SELECT name, max_score FROM base_cell JOIN grade_cells ON base_cell.id = grade_cells.id"
    ).fetchall()
    base.close()
    return dict(found)
