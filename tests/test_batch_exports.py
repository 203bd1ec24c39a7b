"""What a batch writes for others: nbgrader's gradebook, CSV, Canvas, Moodle; all agree."""

import csv
import json
import shutil
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

import pytest
from batch_class import LESSON, write
from jsonschema import ValidationError, validate
from nbgrader.api import Grade as GradeOf
from nbgrader.api import Gradebook, GradeCell
from sqlalchemy import text

from autograder.batch import exports, gradebook
from autograder.batch.exports import Row, canvas, moodle, own_report, points_of, write_all
from autograder.batch.layouts import survey
from autograder.syllabus import LESSONS
from mnist_course.errors import CourseError

ID = {"type": "string", "pattern": "^[0-9]*$"}
POINTS = {"type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?)?$"}
CANVAS_LINE = {  # Canvas: How do I import grades in the Gradebook? One of the three must tell who.
    "type": "object", "additionalProperties": POINTS,
    "required": ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"],
    "properties": {
        "Student": {"type": "string", "minLength": 1}, "ID": ID, "SIS User ID": {"type": "string"},
        "SIS Login ID": {"type": "string"}, "Section": {"type": "string"},
    },
    "anyOf": [
        {"properties": {name: {"minLength": 1}}} for name in ("ID", "SIS User ID", "SIS Login ID")
    ],
}  # fmt: skip
WORKSHEET_LINE = {  # Moodle: the grading worksheet of an assignment
    "type": "object", "additionalProperties": False,
    "required": ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"],
    "properties": {
        "Identifier": {"type": "string", "pattern": "^Participant [0-9]+$"},
        "Full name": {"type": "string", "minLength": 1}, "Grade": {**POINTS, "minLength": 1},
        "Maximum grade": {**POINTS, "minLength": 1},
        "Last modified (grade)": {"const": ""},  # without it Moodle calls the file invalid
    },
}  # fmt: skip
USERNAMES_LINE = {  # Moodle: import of grades; the column that tells who is chosen there
    "type": "object", "additionalProperties": POINTS, "required": ["Username"],
    "properties": {"Username": {"type": "string", "minLength": 1}},
}  # fmt: skip


def report(score_of_each, lesson=LESSON):
    exercises = [
        {"name": asked.name, "score": min(score_of_each, asked.points), "max_score": asked.points}
        for asked in LESSONS[lesson].exercises
    ]
    return {
        "submission": {"path": "x", "sha256": "0" * 64}, "exercises": exercises, "warnings": [],
        "score": sum(e["score"] for e in exercises), "max_score": points_of(lesson), "seed": 3,
        "seconds": 0.1,
    }  # fmt: skip


def rows_of(folder, names, code="x = 1\n"):
    """Return rows with other points for each learner; the last one is not graded."""
    found = survey(write(folder, dict.fromkeys(names, code))).found
    last = len(found) - 1
    return [
        Row(one, report(n + 1, one.lesson)) if n < last else Row(one, None, "its worker died")
        for n, one in enumerate(found)
    ]


CANVAS_NAMES = [f"doe{n}_{n}0_100{n}_01_data.py" for n in range(4)]
MOODLE_NAMES = [f"Ann =B{n}_{n}0_assignsubmission_file_/01_data.py" for n in range(4)]
NAMES = [f"s{n}/01_data.py" for n in range(4)]


def lines(text):
    return list(csv.DictReader(text.splitlines()))


def test_canvas_knows_its_own_by_number_and_others_by_login(tmp_path):
    for names in (CANVAS_NAMES, NAMES):
        possible, *students = lines(canvas(rows_of(tmp_path / names[0], names)))
        assert possible["Student"].strip() == "Points Possible"
        assert possible[LESSON] == str(points_of(LESSON))
        assert len(students) == 3
        for line in students:
            validate(line, CANVAS_LINE)
        assert {line["ID"] for line in students} == (
            {"00", "10", "20"} if "doe" in names[0] else {""}
        )
    with pytest.raises(ValidationError):
        validate({**students[0], "SIS Login ID": ""}, CANVAS_LINE)


def test_moodle_gets_its_worksheet_or_a_list_of_users(tmp_path):
    rows = rows_of(tmp_path / "m", MOODLE_NAMES)
    ((name, content),) = moodle(rows).items()
    assert name == f"moodle_{LESSON}.csv" and len(lines(content)) == 3
    for line, row in zip(lines(content), rows, strict=False):
        validate(line, WORKSHEET_LINE)
        assert line["Grade"] == str(row.report["score"])
    ((name, content),) = moodle(rows_of(tmp_path / "n", NAMES)).items()
    assert name == "moodle.csv" and len(lines(content)) == 3
    for line in lines(content):
        validate(line, USERNAMES_LINE)


def test_of_a_mixture_each_is_in_the_file_that_finds_them(tmp_path):
    rows = rows_of(tmp_path, [*MOODLE_NAMES[:2], *NAMES[:3]])
    files = moodle(rows)
    found = [line["Identifier"] for line in lines(files[f"moodle_{LESSON}.csv"])]
    assert found == ["Participant 00", "Participant 10"]
    assert [line["Username"] for line in lines(files["moodle.csv"])] == ["s0", "s1"]


def test_what_a_batch_before_wrote_for_moodle_is_taken_away(tmp_path):
    write_all(tmp_path, rows_of(tmp_path / "m", MOODLE_NAMES), [])
    assert (tmp_path / f"moodle_{LESSON}.csv").exists()
    write_all(tmp_path, rows_of(tmp_path / "n", NAMES), [])
    assert [path.name for path in tmp_path.glob("moodle*.csv")] == ["moodle.csv"]


def test_several_lessons_have_a_column_each(tmp_path):
    names = [
        "s0/01_data.py",
        "s0/02_visualization.py",
        "s1/02_visualization.py",
        "s2/03_conv_layers.py",
    ]
    _, first, second = lines(canvas(rows_of(tmp_path, names)))
    assert (first["01_data"], first["02_visualization"]) == ("6", "12")
    assert (second["01_data"], second["02_visualization"]) == ("", "18")


def test_every_file_is_in_the_csv_and_no_name_is_a_formula(tmp_path):
    rows = rows_of(tmp_path / "in", [*NAMES[:2], "=cmd|calc_01_data.py", "\uff1dx_01_data.py"])
    rows.append(Row(rows[0].found, None))
    write_all(tmp_path / "out", rows, [("-x.pdf", "why")])
    found = lines((tmp_path / "out" / "results.csv").read_text())
    assert Counter(line["status"] for line in found) == {"graded": 3, "failed": 1, "waiting": 1}
    texts = (tmp_path / "out").glob("*.csv")
    all_lines = [line for path in texts for line in path.read_text().splitlines()]
    cells = [cell for line in csv.reader(all_lines) for cell in line]
    assert "'-x.pdf" in cells and not any(
        cell.startswith(("=", "-", "+", "@", "\uff1d")) for cell in cells
    )


def test_a_report_is_told_as_the_learners_own(tmp_path):
    (row, *_) = rows_of(tmp_path, NAMES)
    row.found.warnings.append("of the bundle")
    assert own_report(row)["submission"]["path"] == "s0/01_data.py"
    assert own_report(row)["warnings"] == ["of the bundle"] and row.report["warnings"] == []


# ---- nbgrader ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A gradebook without anything; to make one takes seconds."""
    path = tmp_path_factory.mktemp("book") / "empty.db"
    gradebook.demand_gradebook(f"sqlite:///{path}")
    return path


@pytest.fixture
def book(tmp_path, empty):
    shutil.copy(empty, tmp_path / "gradebook.db")
    return f"sqlite:///{tmp_path / 'gradebook.db'}"


def exported(book, folder):
    """Return what `nbgrader export` says."""
    out = folder / "grades.csv"
    command = [sys.executable, "-m", "nbgrader", "export", f"--CourseDirectory.db_url={book}"]
    done = subprocess.run([*command, "--to", str(out)], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {line["student_id"]: line for line in lines(out.read_text())}


def test_nbgrader_exports_what_the_results_say(tmp_path, book):
    rows = rows_of(tmp_path / "in", NAMES)
    assert gradebook.write(book, rows) == 3
    found = exported(book, tmp_path)
    assert len(found) == 3
    for row in rows[:3]:
        line = found[row.found.owner.learner]
        assert float(line["score"]) == row.report["score"]
        assert float(line["max_score"]) == row.report["max_score"] and line["assignment"] == LESSON
    with Gradebook(book) as opened:
        cells = {cell.name: cell.max_score for cell in opened.db.query(GradeCell)}
        assert cells == {f"check-{a.name}": a.points for a in LESSONS[LESSON].exercises}
        for exercise in rows[1].report["exercises"]:
            grade = opened.find_grade(f"check-{exercise['name']}", LESSON, LESSON, "s1")
            assert (grade.auto_score, grade.needs_manual_grade) == (exercise["score"], False)


def test_a_name_with_a_comma_is_two_names_and_moves_no_column(tmp_path, book):
    """nbgrader's export puts nothing into quotes."""
    names = ["Doe, Jane, PhD", "Ann B. Li", "Cher", "Zoe"]  # the last one has no report
    rows = rows_of(tmp_path / "in", [f"{n}_{i}_assignsubmission_file_/01_data.py"
                                     for i, n in enumerate(names)])  # fmt: skip
    gradebook.write(book, rows)
    with Gradebook(book) as opened:
        told = {(student.first_name, student.last_name) for student in opened.students}
    assert told == {("Jane PhD", "Doe"), ("Ann B.", "Li"), (None, "Cher")}


def dump(book):
    import sqlite3

    base = sqlite3.connect(book.removeprefix("sqlite:///"))
    try:
        return sorted(base.iterdump())
    finally:
        base.close()


def test_to_write_twice_changes_nothing_and_what_a_person_gave_stays(tmp_path, book):
    rows = rows_of(tmp_path / "in", NAMES)
    gradebook.write(book, rows)
    with Gradebook(book) as opened:
        grade = opened.find_grade("check-normalize", LESSON, LESSON, "s1")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 5, 1, True
        opened.find_student("s1").email = "s1@example.org"
        opened.db.commit()
    before = dump(book)
    gradebook.write(book, rows)
    assert dump(book) == before
    gradebook.write(book, [Row(rows[1].found, report(0)), *rows[2:]])
    with Gradebook(book) as opened:
        assert opened.find_grade("check-normalize", LESSON, LESSON, "s1").score == 6
        assert opened.find_grade("check-to_tensors", LESSON, LESSON, "s1").score == 0
        assert opened.db.query(GradeOf).count() == 3 * len(LESSONS[LESSON].exercises)


def test_an_assignment_that_nbgrader_made_is_used_and_gets_what_it_lacks(tmp_path, book):
    with Gradebook(book) as opened:
        opened.add_assignment(LESSON)
        opened.add_notebook(LESSON, LESSON)
        opened.add_grade_cell("check-read_idx", LESSON, LESSON, max_score=9, cell_type="code")
        opened.add_solution_cell("read_idx", LESSON, LESSON)
        opened.add_student("s0", first_name="Ann")
        with warnings.catch_warnings(action="ignore"):  # of nbgrader's own way
            opened.add_submission(LESSON, "s0")
    gradebook.write(book, rows_of(tmp_path / "in", NAMES))
    with Gradebook(book) as opened:
        assert opened.find_student("s0").first_name == "Ann"
        assert opened.find_submission(LESSON, "s0").score == 6
        comments = opened.find_submission_notebook(LESSON, LESSON, "s1").comments
        assert [comment.name for comment in comments] == ["read_idx"]
        assert [len(s.notebooks) for s in opened.assignment_submissions(LESSON)] == [1, 1, 1]


def test_a_gradebook_that_a_kill_left_half_made_is_completed(tmp_path, book):
    with Gradebook(book) as opened:
        opened.db.execute(text("DROP TABLE alembic_version"))
        opened.db.commit()
    gradebook.demand_gradebook(book)
    assert any("alembic_version" in line for line in dump(book))


def test_a_path_is_a_url_too(tmp_path):
    assert gradebook.url_of(None, Path("/a")) == "sqlite:////a/gradebook.db"
    assert gradebook.url_of("/b/c.db", tmp_path) == "sqlite:////b/c.db"
    assert gradebook.url_of("postgres://u@h/d", tmp_path) == "postgresql://u@h/d"


@pytest.mark.parametrize(
    "url",
    ["mysql+none://u:secret@h/d", "://", "sqlite:////nowhere/at/all.db", "nonsense://x:secret@y"],
)
def test_a_gradebook_that_cannot_be_opened_is_named_without_its_password(tmp_path, url):
    with pytest.raises(CourseError) as error:
        gradebook.demand_gradebook(gradebook.url_of(url, tmp_path))
    assert "secret" not in str(error.value) and "\n" not in str(error.value)


def test_a_full_disk_is_named_and_what_to_do(tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exports, "write_atomically", full)
    with pytest.raises(CourseError, match=r"results.json .* \(No space left .* is kept"):
        write_all(tmp_path, rows_of(tmp_path / "in", NAMES), [])


def test_the_reports_are_json(tmp_path):
    rows = rows_of(tmp_path / "in", NAMES)
    write_all(tmp_path, rows, [])
    found = json.loads((tmp_path / "results.json").read_text())
    assert [one["submission"]["path"] for one in found] == NAMES[:3]
