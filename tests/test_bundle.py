"""Bundles: what is in one, and zips that are made to do harm."""

import hashlib
import io
import json
import random
import stat
import struct
import tracemalloc
import zipfile
from datetime import UTC, datetime

import pytest
from grader_command import VALIDATOR, command

from autograder import bundle
from autograder.submission import NoSubmissionError, lesson_of_file, read
from mnist_course.errors import CourseError

LESSON = "03_conv_layers"
TEXT = "# %%\r\ndef relu(x):\r\n    return x.clamp(min=0)\r\n".encode("utf-8-sig")
MADE = datetime(2026, 11, 21, 18, 35, 12, tzinfo=UTC)
ABOUT = {
    "schema": 1, "lesson": LESSON, "file": f"{LESSON}.py", "learner": "anna",
    "sha256": hashlib.sha256(TEXT).hexdigest(), "made": "2026-11-21T18:35:12+00:00", "versions": {},
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    return bundle.write(tmp_path, f"{LESSON}.py", TEXT, LESSON, "Anna Ö.", MADE)


def member(name, **attributes):
    info = zipfile.ZipInfo(name)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info


def zipped(*members):
    """A zip of (name or info, bytes); the same name twice is what zipfile itself warns of."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, content)
    return file.getvalue()


def about(**others):
    return "submission.json", json.dumps({**ABOUT, **others})


# ---- what is in one ------------------------------------------------------------------------------


def test_a_bundle_holds_the_bytes_and_where_they_come_from(path):
    assert path.name == f"{LESSON}-Anna_Ö-20261121T183512Z.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.read(f"{LESSON}.py") == TEXT
        said = json.loads(archive.read("submission.json"))
    assert said["versions"].keys() == {"python", "system", "course", "torch", "numpy", "nbgrader"}
    known = {**ABOUT, "learner": "Anna Ö.", "versions": said["versions"]}
    assert said == known  # no field more: no points, no grade


def test_it_is_read_as_if_its_file_lay_in_it(path):
    submission = read(path, keep=True)
    assert submission.path == path and submission.file == path / f"{LESSON}.py"
    assert submission.content == TEXT and submission.warnings == []
    assert submission.sha256 == hashlib.sha256(TEXT).hexdigest()
    assert lesson_of_file(submission) == LESSON
    assert submission.place_of("relu") == f"{LESSON}.py, line 2"
    assert (submission.bundle.learner, submission.bundle.made) == ("Anna Ö.", ABOUT["made"])


def test_the_bytes_are_kept_only_where_they_are_asked_for(path):
    assert read(path).content == b"" and read(path).bundle.content == b""


def test_the_lesson_is_told_by_the_name_inside(path):
    assert lesson_of_file(read(path.rename(path.with_name("homework.ZIP")))) == LESSON


def test_nothing_is_overwritten_and_nothing_else_is_left(path):
    before = path.read_bytes()
    second = bundle.write(path.parent, f"{LESSON}.py", b"other", LESSON, "Anna Ö.", MADE)
    assert second.name.endswith("Z-2.zip") and path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == sorted([path, second])


def test_what_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    with pytest.raises(CourseError, match="too large"):
        bundle.write(tmp_path, "a.py", b"x" * (bundle.MOST_BYTES + 1), LESSON, "anna")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle, "write_atomically", full)
    with pytest.raises(OSError, match="No space"):
        bundle.write(tmp_path, "a.py", b"x", LESSON, "anna")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc", "etc"), ("a/b\\c:d", "a_b_c_d"), ("", "learner"), ("…", "learner"),
     ("x" * 500, "x" * 60), ("eve\n\x1b[31m", "eve_31m"), ("a+b*c", "a_b_c"), ("-rf", "rf")],
)  # fmt: skip
def test_a_learners_name_is_made_safe(name, kept):
    assert bundle.safe(name) == kept


# ---- graded --------------------------------------------------------------------------------------


def test_bundles_are_graded_as_files_are(path, tmp_path):
    lying = tmp_path / "lying.zip"
    shows = b"print(__file__.rpartition('/')[2], open(__file__).readline())\n"
    content = (b"# %%\ndef relu(x):\n    return x\n" + shows, about(sha256="0" * 64))
    lying.write_bytes(zipped((f"{LESSON}.py", content[0]), content[1]))
    done = command("grade", path, lying, "--json", tmp_path / "o.json", "--seed", 3)
    assert done.returncode == 1 and done.stderr == ""
    honest, liar = json.loads((tmp_path / "o.json").read_text())
    for report in (honest, liar):
        VALIDATOR.validate(report)
    assert honest["submission"] == {"path": str(path), "sha256": ABOUT["sha256"]}
    assert honest["score"] == 5 > liar["score"]
    assert liar["output"] == f"{LESSON}.py # %%\n\n"
    assert liar["submission"]["sha256"] == hashlib.sha256(content[0]).hexdigest()
    assert "SHA-256 000000000000" in liar["warnings"][0] and honest["warnings"] == []
    assert f"relu   5/5   ({LESSON}.py, line 2)" in done.stdout


# ---- zips that are none, or worse ----------------------------------------------------------------

FILE = (f"{LESSON}.py", TEXT)


def encrypted():
    content = bytearray(zipped(FILE, about()))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


def overstated():
    """Says that a file is as large as the largest that is read, and holds less."""
    content = bytearray(zipped(FILE, about()))
    place = content.index(b"PK\1\2") + 24
    content[place : place + 4] = struct.pack("<I", bundle.MOST_BYTES)
    return bytes(content)


HOSTILE = {
    "nothing": (b"", "no zip"),
    "text": (b"PK, or not", "no zip"),
    "half": (zipped(FILE, about())[:-30], "no zip"),
    "a bomb": (zipped((FILE[0], b" " * (bundle.MOST_BYTES + 1)), about()), "too large"),
    "a bomb that is said about it": (zipped(FILE, ("submission.json", b" " * 2**24)), "too large"),
    "overstated": (overstated(), "not as large"),
    "many": (zipped(*((f"{i}.py", b"") for i in range(200)), about()), "two files"),
    "very many": (zipped(*((f"{i:0100}.py", b"") for i in range(2_000)), about()), "too much"),
    "nothing is said": (zipped(FILE), "two files"),
    "no lesson": (zipped(("a.txt", b""), about()), "no .py"),
    "upwards": (zipped((f"../{LESSON}.py", TEXT), about()), "no .py"),
    "absolute": (zipped((f"/tmp/{LESSON}.py", TEXT), about()), "no .py"),
    "in a folder": (zipped((f"a/{LESSON}.py", TEXT), about()), "no .py"),
    "of Windows": (zipped((f"C:\\{LESSON}.py", TEXT), about()), "no .py"),
    "a sign of control": (zipped((f"{LESSON}\x1b[31m.py", TEXT), about()), "no .py"),
    "a line end": (zipped((f"{LESSON}.py\n.py", TEXT), about()), "no .py"),
    "a nul": (zipped((member("a.py", filename="03\0.py"), TEXT), about()), "no .py"),
    "a link": (
        zipped((member(FILE[0], external_attr=(stat.S_IFLNK | 0o777) << 16), b"/etc"), about()),
        "no ordinary file",
    ),
    "encrypted": (encrypted(), "encrypted"),
    "bzip2": (
        zipped((member(FILE[0], compress_type=zipfile.ZIP_BZIP2), TEXT), about()), "unusual way",
    ),
    "no JSON": (zipped(FILE, ("submission.json", b"{")), "damaged"),
    "deep JSON": (zipped(FILE, ("submission.json", b"[" * 60_000)), "damaged"),
    "a list": (zipped(FILE, ("submission.json", b"[]")), "not known"),
    "of the future": (zipped(FILE, about(schema=2)), "not known"),
    "a number for a name": (zipped(FILE, about(learner=3)), "submission.json is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_zip_is_refused_in_a_sentence(tmp_path, kind):
    content, why = HOSTILE[kind]
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(NoSubmissionError, match=r"a\.zip is no bundle") as caught:
        read(path)
    assert tracemalloc.get_traced_memory()[1] < 4 * bundle.MOST_BYTES
    tracemalloc.stop()
    said = str(caught.value)
    assert why in said and said.isprintable() and len(said) < len(str(path)) + 300
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    for members in ([FILE, FILE, about()], [about(), about()]):
        path.write_bytes(zipped(*members))
        with pytest.raises(NoSubmissionError, match=r"two files|no \.py"):
            read(path)


def test_too_large_a_zip_is_refused(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(bundle.MOST_BYTES + 1))
    with pytest.raises(NoSubmissionError, match="larger than 20 MB"):
        read(path)


def test_another_name_or_hash_in_it_is_a_warning(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped(FILE, about(sha256="\x1b" * 64, file="05_evaluation.py")))
    one, other = read(path).warnings
    assert "what it holds counts" in one and one.isprintable()
    assert other == f"The bundle speaks of 05_evaluation.py and holds {LESSON}.py."
    assert lesson_of_file(read(path)) == LESSON


def test_whatever_is_damaged_in_it_is_a_bundle_or_a_sentence(path):
    """No other error, whichever byte is wrong."""
    content, dice = path.read_bytes(), random.Random(1)
    for _ in range(1_500):
        damaged = bytearray(content)
        for _ in range(dice.choice((1, 1, 1, 4))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        cut = dice.choice((0, 0, 0, dice.randrange(len(damaged))))
        try:
            bundle.opened(path, bytes(damaged[cut:]))
        except NoSubmissionError as error:
            assert str(error).startswith(str(path))
