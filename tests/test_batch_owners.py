"""Whose a file is, by names as platforms, programs and people really write them."""

import json
import os
import struct
import zipfile

import pytest
from batch_class import write, zipped

from autograder.batch import sources
from autograder.batch.layouts import survey

LESSON = "01_data"


def learners(paths, place, packed=False):
    """Return whose each path is; each file holds something else."""
    files = {path: f"x = {n}\n" for n, path in enumerate(paths)}
    found = survey(zipped(place / "all.zip", files) if packed else write(place / "all", files))
    return {one.path: one.owner.learner for one in found.found}


EACH = {  # path: learner, of files that lie in one folder
    "Moodle since 3.9": {
        "Anna Müller_12345_assignsubmission_file/01_data.py": "Anna_Müller_12345",
        "O'Brien, Mary-Jane_77_assignsubmission_file/work/01_data.py": "O_Brien_Mary-Jane_77",
        "李 明_9_assignsubmission_file/01_data.ipynb": "李_明_9",
        "Li Wei_10_assignsubmission_file/01_data.py": "Li_Wei_10",
        "Li Wei_11_assignsubmission_file/01_data.py": "Li_Wei_11",
        "Participant_88_assignsubmission_file/01_data.py": "Participant_88",
    },
    "Canvas": {
        "doe_jr_john_55_6789_01_data.py": "doe_jr_john_55",
        "smith2_59_6792_Copy of 01_data.ipynb": "smith2_59",
        "anon_Ab1cD_6790_01_data-3.py": "anon_Ab1cD",
        "lee_LATE_60_6793_01_data.PY": "lee_60",
    },
    "nbgrader, assignments of any name": {
        "submitted/anna/ps1/01_data.ipynb": "anna", "submitted/ben/quiz/01_data.ipynb": "ben",
        "source/ps1/01_data.ipynb": None, "release/ps1/01_data.ipynb": None,
        "autograded/anna/ps1/01_data.ipynb": None,
    },
    "a folder each, in it one an assignment": {
        "anna/quiz/01_data.py": "anna", "ben/quiz/01_data.py": "ben",
        "ben/exam/02_visualization.py": "ben", "carl/oral/03_conv_layers.py": "carl",
    },
    "a folder each, and files called anyhow": {
        "anna/01_data_final.py": "anna", "ben/01_data_final.py": "ben",
        "carl/Copy of 01_data.ipynb": "carl", "dora/01_data_dk.py": "dora",
        "emil/my_01_data.py": "emil", "finn/01_data (1).py": "finn", "7/01_data.py": "7",
    },
    "flat, by the lesson's number": {
        "anna-01.py": "anna", "01_ben.py": "ben", "carl_lesson1.py": "carl",
        "07_01_data.py": "07", "Dora 01-data.ipynb": "Dora", "Copy of 01_data.ipynb": None,
    },
    "flat, in one folder of several": {
        "monday/anna_01_data.py": "anna", "monday/ben_01_data.py": "ben",
        "tuesday/carl_01_data.py": "carl",
    },
    "a folder a lesson, in it files called after learners": {
        "01_data/anna.py": "anna", "01_data/ben.ipynb": "ben", "02_visualization/anna.py": "anna",
    },
    "a folder each, and each lesson called otherwise": {
        "anna/01_data_a.py": "anna", "anna/02_visualization_b.py": "anna", "ben/01_data.py": "ben",
    },
    "clones in folders": {
        "anna/mnist-course/lessons/01_data.py": "anna", "anna/mnist-course/solutions/01_data.py":
        None, "ben/mnist-course-main/lessons/01_data.py": "ben", "carl/dl/lessons/01_data.py":
        "carl", "carl/dl/venv/lib/01_data.py": None, "dora/dl/lessons/01_data.py": "dora",
    },
    "GitHub Classroom": {
        "mnist-course-anna/lessons/01_data.py": "anna", "01-data-ben/lessons/01_data.py": "ben",
        "01_data-carl/01_data.py": "carl",
    },
}  # fmt: skip


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("name", EACH)
def test_names_as_they_are_really_written(tmp_path, name, packed):
    expected = {path: learner for path, learner in EACH[name].items() if learner}
    assert learners(EACH[name], tmp_path, packed) == expected


def test_a_heap_of_files_called_after_learners(tmp_path):
    mark = '# %% nbgrader={"grade_id": "read_idx"}\ndef read_idx(path):\n    return 1\n'
    files = {f"class/{name}.py": f"{mark}# {name}\n" for name in ("anna", "ben")}
    found = survey(write(tmp_path / "a", files)).found
    assert [one.owner.learner for one in found] == ["anna", "ben"]
    files = {f"{name}/work_{name}.py": f"{mark}# {name}\n" for name in ("carl", "dora")}
    found = survey(write(tmp_path / "b", files)).found
    assert [one.owner.learner for one in found] == ["carl", "dora"]


def test_a_zip_that_would_be_inflated_for_hours_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MOST_READ", (1000, 100))
    zipped(tmp_path / "anna.zip", {f"{n}/01_data.py": "x" * 300 for n in range(4)})
    (left_out,) = survey(tmp_path).left_out
    assert "would be read" in left_out[1]


def test_two_learners_never_share_one_id(tmp_path):
    names = ["a" * 100 + "x", "a" * 100 + "y", "हिन्दी", "हेन्दा", "a+b", "a b", "!!!", "???"]
    found = learners([f"{name}/01_data.py" for name in names], tmp_path)
    assert len(set(found.values())) == len(names) == len(found)
    assert found["a b/01_data.py"] == "a_b"
    again = learners(["a+b/01_data.py"], tmp_path / "again")  # whoever else is there
    assert again["a+b/01_data.py"] == found["a+b/01_data.py"]


def test_a_mac_writes_the_same_name(tmp_path):
    found = learners(["Mu\u0308ller/01_data.py", "M\u00fcller/02_visualization.py"], tmp_path)
    assert set(found.values()) == {"M\u00fcller"}


def test_a_name_in_bytes_that_are_no_text_can_be_written_everywhere(tmp_path):
    folder = os.fsencode(tmp_path) + b"/M\xfcller_5_assignsubmission_file"
    os.makedirs(folder)  # noqa: PTH103
    with open(folder + b"/01_data.py", "w") as file:  # noqa: PTH123
        file.write("x = 1\n")
    (one,) = survey(tmp_path).found
    assert one.owner.name == "M\u00fcller"
    assert one.owner.learner.encode() and one.path.encode()


def test_a_zip_that_forgets_to_say_utf8(tmp_path):
    path = zipped(tmp_path / "all.zip", {"Müller_01_data.py": "x = 1\n"})
    content = bytearray(path.read_bytes())
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        struct.pack_into("<H", content, content.find(mark) + at, 0)
    path.write_bytes(content)
    assert survey(path).found[0].owner.learner == "Müller"


def test_paths_that_lead_nowhere_are_no_harm(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in ("..", "/", "../../anna/01_data.py", "C:\\x\\ben\\01_data.py", "a\n\x1b[1m"):
            archive.writestr(zipfile.ZipInfo(name), "x = 1\n")
    found = survey(tmp_path / "all.zip")
    assert {one.owner.learner for one in found.found} == {"anna", "ben"}
    assert [path for path, _ in found.left_out] == ["a  [1m"]


def test_of_the_exchange_the_date_in_the_name_counts(tmp_path):
    folders = [f"anna+01_data+2026-01-0{day} 03:04:05.6 UTC+x" for day in (3, 2)]
    files = {f"inbound/{folder}/01_data.py": folder for folder in folders}
    (one,) = survey(write(tmp_path, files)).found  # the older one is written last
    assert one.content().decode() == folders[0] and one.made == 1767409445.6


def test_of_bundles_of_one_second_none_outlasts_a_newer_one(tmp_path):
    from datetime import UTC, datetime

    from autograder import bundle

    for second, code in ((1, b"a"), (1, b"b"), (2, b"c")):
        made = datetime(2026, 3, 1, 0, 0, second, tzinfo=UTC)
        bundle.write(tmp_path, "01_data.py", code, LESSON, "anna", made)
    assert survey(tmp_path).found[0].content() == b"c"


def test_a_date_that_no_calendar_has_stops_nobody(tmp_path):
    about = {"schema": 1, "lesson": LESSON, "file": "01_data.py", "sha256": "0" * 64,
             "learner": "anna", "made": "9999-12-31T23:59:59-14:00"}  # fmt: skip
    zipped(tmp_path / "b.zip", {"01_data.py": "x = 1\n", "submission.json": json.dumps(about)})
    assert survey(tmp_path).found[0].made < 253402300800


def test_what_was_put_aside_counts_after_what_was_not(tmp_path):
    paths = ["anna/01_data.py", "anna/old/01_data.py", "anna/backup/01_data.py"]
    assert list(learners(paths, tmp_path)) == paths[:1]


def test_its_own_results_are_no_submissions(tmp_path):
    files = {"anna/01_data.py": "x = 1\n", "batch/results.sqlite": "", "batch/results.json": "[]",
             "batch/moodle_01_data.csv": "", "batch/gradebook.db": ""}  # fmt: skip
    found = survey(write(tmp_path, files))
    assert len(found.found) == 1 and found.left_out == []


def test_downloads_of_several_assignments_in_a_folder(tmp_path):
    course = {f"mnist-course-main/{name}": "x = 1\n" for name in (
        "lessons/01_data.py", *(f"autograder/{n}.py" for n in range(300)))}  # fmt: skip
    inner = zipped(tmp_path / "inner.zip", course)
    files = {f"Anna_{n}_assignsubmission_file/main.zip": inner.read_bytes() for n in range(3)}
    inner.unlink()
    zipped(tmp_path / "CS101-1234.zip", files)
    assert {one.owner.moodle for one in survey(tmp_path).found} == {"0", "1", "2"}


def test_a_file_that_vanishes_while_it_is_looked_for(tmp_path, monkeypatch):
    from autograder.batch import layouts

    write(tmp_path, {"anna/01_data.py": "x = 1\n", "anna/01_data.ipynb": "{}"})
    real = layouts._settle

    def gone(rivals, result):
        (tmp_path / "anna/01_data.py").unlink(missing_ok=True)
        real(rivals, result)

    monkeypatch.setattr(layouts, "_settle", gone)
    assert len(survey(tmp_path).found) == 1


def test_who_is_in_nbgraders_folders_is_who_is_in_its_gradebook(tmp_path):
    """Else a batch into a course's gradebook would double them."""
    names = ["é ü", "O'Brien, Pat", "=a|b", "jane.doe@example.org", "work1", "_x_", "a b"]
    paths = {f"submitted/{name}/{LESSON}/{LESSON}.ipynb": name for name in names}
    paths |= {
        "submitted/a b/02_visualization/mine.ipynb": "a b",
        f"submitted/q r/{LESSON}.py": "q_r",
    }
    assert learners(paths, tmp_path) == paths
