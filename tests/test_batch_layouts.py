"""Whose file is which lesson: told in every layout, and what cannot be told is listed."""

import json
import zipfile
from datetime import UTC, datetime

import pytest
from batch_class import write, zipped

from autograder import bundle
from autograder.batch import sources
from autograder.batch.layouts import survey
from autograder.submission import NoSubmissionError
from mnist_course.errors import CourseError

CODE = "x = 1\n"
STUB = """# %% nbgrader={"grade_id": "read_idx", "solution": true}
def read_idx(path):
    raise NotImplementedError
"""
WORK = STUB.replace("raise NotImplementedError", "return 1")


def told(result):
    return {(one.owner.learner, one.lesson, one.path) for one in result.found}


def reasons(result):
    return dict(result.left_out)


LAYOUTS = {
    "nbgrader": (
        {"anna/01_data/01_data.ipynb": "{}", "anna/01_data/timestamp.txt": "2026",
         "anna/01_data/submission_secret.txt": "of anna",
         "ben/01_data/work.py": CODE},
        {("anna", "01_data", "anna/01_data/01_data.ipynb"),
         ("ben", "01_data", "ben/01_data/work.py")},
    ),
    "submitted": (
        {"submitted/anna/04_training/x.py": CODE},
        {("anna", "04_training", "submitted/anna/04_training/x.py")},
    ),
    "the exchange": (
        {"anna+01_data+2026-01-02 03:04:05 UTC+abc/01_data.py": CODE},
        {("anna", "01_data", "anna+01_data+2026-01-02 03:04:05 UTC+abc/01_data.py")},
    ),
    "flat": (
        {"anna_01_data.py": CODE, "02_visualization-ben.ipynb": "{}", "c.d_01_data (1).py": CODE},
        {("anna", "01_data", "anna_01_data.py"),
         ("ben", "02_visualization", "02_visualization-ben.ipynb"),
         ("c.d", "01_data", "c.d_01_data (1).py")},
    ),
    "a folder a learner": (
        {"anna/01_data.py": CODE, "anna/homework/02_visualization.py": CODE},
        {("anna", "01_data", "anna/01_data.py"),
         ("anna", "02_visualization", "anna/homework/02_visualization.py")},
    ),
    "Moodle": (
        {"Anna Müller_12345_assignsubmission_file_/01_data.py": CODE,
         "Anna Müller_777_assignsubmission_file_01_data.py": CODE},
        {("Anna_Müller_12345", "01_data", "Anna Müller_12345_assignsubmission_file_/01_data.py"),
         ("Anna_Müller_777", "01_data", "Anna Müller_777_assignsubmission_file_01_data.py")},
    ),
    "Canvas": (
        {"muelleranna_12345_67890_03_conv_layers.ipynb": "{}",
         "doejo_LATE_9_100_03_conv_layers-1.py": CODE},
        {("muelleranna_12345", "03_conv_layers", "muelleranna_12345_67890_03_conv_layers.ipynb"),
         ("doejo_9", "03_conv_layers", "doejo_LATE_9_100_03_conv_layers-1.py")},
    ),
    "clones": (
        {"anna/lessons/01_data.py": WORK, "anna/solutions/01_data.py": CODE, "anna/README.md": "x",
         "anna/autograder/01_data.py": CODE, "anna/lessons/backups/01_data.py": CODE,
         "anna/.git/config": "x"},
        {("anna", "01_data", "anna/lessons/01_data.py")},
    ),
    "by its marks": ({"anna/homework.py": STUB}, {("anna", "01_data", "anna/homework.py")}),
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_is_understood(tmp_path, name, packed):
    files, expected = LAYOUTS[name]
    place = zipped(tmp_path / "all.zip", files) if packed else write(tmp_path / "all", files)
    result = survey(place)
    assert told(result) == expected
    assert result.left_out == []


def test_numbers_and_late_marks_are_kept(tmp_path):
    files = {"a_LATE_9_100_01_data.py": CODE, "B C_5_assignsubmission_file_/01_data.py": CODE}
    first, second = (one.owner for one in survey(write(tmp_path, files)).found)
    assert (first.moodle, first.name) == ("5", "B C")
    assert (second.canvas, second.late) == ("9", True)


def test_a_bundle_says_whose_it_is_and_a_platform_knows_better(tmp_path):
    made = datetime(2026, 3, 1, tzinfo=UTC)
    path = bundle.write(tmp_path, "01_data.py", CODE.encode(), "01_data", "anna", made)
    (one,) = survey(tmp_path).found
    assert (one.owner.learner, one.content(), one.made) == ("anna", CODE.encode(), made.timestamp())
    path.rename(tmp_path / "doejo_9_100_hw.zip")
    assert survey(tmp_path).found[0].owner.learner == "doejo_9"


def test_of_two_bundles_the_newer_counts_and_the_other_is_listed(tmp_path):
    for day, code in ((2, "new = 1\n"), (1, "old = 1\n")):
        made = datetime(2026, 3, day, tzinfo=UTC)
        bundle.write(tmp_path, "01_data.py", code.encode(), "01_data", "anna", made)
    result = survey(tmp_path)
    assert [one.content() for one in result.found] == [b"new = 1\n"]
    assert [why.endswith("counts in its place") for _, why in result.left_out] == [True]


def test_of_a_script_and_a_notebook_the_one_with_work_counts(tmp_path):
    source = STUB.partition("\n")[2]
    cell = {
        "cell_type": "code", "metadata": {"nbgrader": {"grade_id": "read_idx"}}, "source": source,
        "outputs": [], "execution_count": None, "id": "a",
    }  # fmt: skip
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    files = {"anna/01_data.py": WORK, "anna/01_data.ipynb": json.dumps(notebook)}
    assert survey(write(tmp_path, files)).found[0].path == "anna/01_data.py"
    cell["source"] = source.replace("raise NotImplementedError", "return 1")
    files = {"anna/01_data.py": STUB, "anna/01_data.ipynb": json.dumps(notebook)}
    assert survey(write(tmp_path, files)).found[0].path == "anna/01_data.ipynb"


def test_what_canvas_numbers_last_counts(tmp_path):
    files = {f"doe_9_100_01_data{n}.py": CODE for n in ("", "-1", "-2")}
    assert survey(write(tmp_path, files)).found[0].path == "doe_9_100_01_data-2.py"


def test_folders_of_one_name_are_not_guessed_at(tmp_path):
    result = survey(
        write(
            tmp_path,
            {
                "a/anna/01_data.py": CODE,
                "b/anna/01_data.py": CODE + CODE,
                "a/ben/01_data.py": CODE,
            },
        )
    )
    assert [one.owner.learner for one in result.found] == ["ben"]
    assert all("several folders" in why for why in reasons(result).values())
    assert len(result.left_out) == 2


def test_what_cannot_be_told_is_listed(tmp_path):
    files = {
        "01_data.py": CODE, "anna/answers.pdf": "x", "ben/holiday.py": CODE, "c.zip": b"no zip",
    }  # fmt: skip
    write(tmp_path, files)
    (tmp_path / "link_01_data.py").symlink_to(tmp_path / "01_data.py")
    (tmp_path / "big_01_data.py").write_bytes(b"#" * (bundle.MOST_BYTES + 1))
    found = reasons(survey(tmp_path))
    assert "whose it is" in found.pop("01_data.py")
    assert "neither" in found.pop("anna/answers.pdf")
    assert "no lesson" in found.pop("ben/holiday.py")
    assert "no zip" in found.pop("c.zip")
    assert "symbolic link" in found.pop("link_01_data.py")
    assert "larger" in found.pop("big_01_data.py")
    assert found == {}


def test_one_lesson_alone(tmp_path):
    files = {"anna/01_data.py": CODE, "anna/02_visualization.py": CODE, "ben/holiday.py": CODE}
    result = survey(write(tmp_path, files), "01_data")
    assert {one.path for one in result.found} == {"anna/01_data.py", "ben/holiday.py"}
    assert result.others == 1


def test_a_zip_of_one_learner_in_a_download(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"hw/01_data.py": CODE, "hw/02_visualization.py": CODE})
    name = "Anna B_5_assignsubmission_file_/hw.zip"
    result = survey(zipped(tmp_path / "all.zip", {name: inner.read_bytes()}))
    assert {(one.owner.moodle, one.lesson) for one in result.found} == {
        ("5", "01_data"), ("5", "02_visualization"),
    }  # fmt: skip
    assert result.found[0].content() == CODE.encode()


def test_zips_that_would_do_harm_are_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MOST_MEMBERS_OF_ONE", 5)
    many = zipped(tmp_path / "many.zip", {f"{n}/01_data.py": CODE for n in range(6)})
    bomb = zipped(tmp_path / "bomb.zip", {"01_data.py": b"0" * (bundle.MOST_BYTES + 1)})
    inner = zipped(tmp_path / "in.txt", {"most.zip": many.read_bytes()})
    deep = zipped(tmp_path / "deep.zip", {"more.zip": inner.read_bytes()})
    inner.unlink()
    odd = zipfile.ZipInfo("a/01_data.py")
    odd.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(odd, "/etc/passwd")
    assert bomb.stat().st_size < 100_000 and deep.exists()
    found = survey(tmp_path)
    assert found.found == [] and len(found.left_out) == 4
    why = reasons(found)
    assert "6 files" in why["many.zip"]
    assert "larger" in why["bomb/01_data.py"]
    assert "zip in a zip" in why["deep/more/most.zip"]
    assert "link" in why["link/a/01_data.py"]


def test_a_zip_with_a_table_too_long_is_not_opened(tmp_path, monkeypatch):
    zipped(tmp_path / "many.zip", {f"{n}/01_data.py": CODE for n in range(3000)})
    monkeypatch.setattr(sources, "MOST_TABLE", 2**17)
    monkeypatch.setattr(sources.zipfile, "ZipFile", lambda *_: pytest.fail("it was opened"))
    assert "too much" in reasons(survey(tmp_path))["many.zip"]


def test_a_file_that_changes_meanwhile_is_not_graded_as_the_old_one(tmp_path):
    (one,) = survey(write(tmp_path, {"anna/01_data.py": CODE})).found
    write(tmp_path, {"anna/01_data.py": CODE + CODE})
    with pytest.raises(NoSubmissionError, match="changed"):
        one.content()


@pytest.mark.parametrize("name", ["nowhere", "file.txt", "broken.zip"])
def test_what_is_no_class_is_refused(tmp_path, name):
    if name != "nowhere":
        (tmp_path / name).write_text("x")
    with pytest.raises(CourseError):
        survey(tmp_path / name)
