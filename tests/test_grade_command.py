"""The command `autograder grade`: its report in three forms, its exit codes, what it refuses."""

import copy
import hashlib
import json
from html.parser import HTMLParser

import pytest
from grader_command import ROOT, SCHEMA, VALIDATOR, command, written
from jsonschema import Draft202012Validator

from autograder.syllabus import names_of

SOLUTION = (ROOT / "solutions" / "01_data.py").read_text()
HOSTILE = '<b></p><script>alert("x")</script>&amp;\x1b[31m\u202e'
WRONG = """
import random
import numpy as np
# %%
def to_tensors(images, labels):
    raise TypeError(f"{object()} {to_tensors} {set('abcdef')} {random.random()} {np.random.rand()}")
# %%
def channel_stats(images):
    return float(images.mean()), 2 * float(images.std())
# %%
def normalize(images, mean, std):
    return images * random.random()
print(object(), {str(n) for n in range(20)}, hash("text"), random.random())
"""
FILES = {
    "all_01_data": SOLUTION,
    "partly_01_data": SOLUTION
    + "\n# %%\n_right = normalize\ndef normalize(*args):\n    return _right(*args).double()\n",
    "error_01_data": "def read_idx(path):\n    raise OSError('no')\n",
    "timeout_01_data": "def channel_stats(images):\n    while True:\n        pass\n",
    "missing_01_data": "x = 1\n",
    "wrong_01_data": WRONG,
    "stub_01_data": "def normalize(images, mean, std):\n    raise NotImplementedError\n",
    "unreadable_01_data": b"caf\xe9 = 1\n",
    "hostile_01_data": f"""
def normalize(images, mean, std):
    raise ValueError({HOSTILE!r})
print({HOSTILE!r})
for _ in range(100_000):
    print("0123456789")
# %%
raise ValueError({HOSTILE!r})
""",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """All files in one run: the reports by name, the text, the page, the exit code."""
    folder = tmp_path_factory.mktemp("graded")
    paths = [written(folder, name, content) for name, content in FILES.items()]
    out, page = folder / "out.json", folder / "out.html"
    done = command("grade", *paths, "--json", out, "--html", page)
    assert done.stderr == "" and done.returncode == 1, done.stderr
    reports = dict(zip(FILES, json.loads(out.read_text()), strict=True))
    return folder, reports, done.stdout, page.read_text(), out.read_text()


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return written(tmp_path_factory.mktemp("small"), "01_data", "x = 1\n")


# ---- the report ----------------------------------------------------------------------------------


def test_the_schema_is_one_and_describes_every_field():
    Draft202012Validator.check_schema(SCHEMA)
    objects = [SCHEMA, SCHEMA["properties"]["submission"]]
    objects += [SCHEMA["$defs"]["exercise"], SCHEMA["$defs"]["check"]]
    for thing in objects:
        assert set(thing["required"]) == set(thing["properties"])
        for name, field in thing["properties"].items():
            also = SCHEMA["$defs"].get(field.get("$ref", "").rpartition("/")[2], {})
            known = name in ("max_score", "score", "status")  # of checks: as of exercises
            assert field.get("description") or also.get("description") or known, name


@pytest.mark.parametrize("name", FILES)
def test_every_report_follows_the_schema_and_adds_up(graded, name):
    folder, reports, *_ = graded
    report, path = reports[name], folder / f"{name}.py"
    VALIDATOR.validate(report)
    exercises = report["exercises"]
    assert report["lesson"] == "01_data" and report["isolation"] == "full"
    assert [exercise["name"] for exercise in exercises] == names_of("01_data")
    for whole, parts in [(report, exercises), *((e, e["checks"]) for e in exercises)]:
        for field in ("score", "max_score"):
            assert whole[field] == sum(part[field] for part in parts)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    assert report["submission"] == {"path": str(path), "sha256": sha256}


@pytest.mark.parametrize(
    ("name", "exercise", "status"),
    [
        ("all_01_data", "read_idx", "correct"),
        ("partly_01_data", "normalize", "partly"),
        ("error_01_data", "read_idx", "error"),
        ("timeout_01_data", "channel_stats", "timeout"),
        ("missing_01_data", "make_loader", "missing"),
        ("wrong_01_data", "channel_stats", "wrong"),
        ("stub_01_data", "normalize", "not_attempted"),
        ("unreadable_01_data", "read_idx", "missing"),
    ],
)
def test_every_status_occurs_where_it_should(graded, name, exercise, status):
    found = {e["name"]: e for e in graded[1][name]["exercises"]}[exercise]
    assert found["status"] == status
    assert (found["score"] == found["max_score"]) == (status == "correct")
    assert (found["score"] == 0) == (status not in ("correct", "partly"))


DAMAGES = {
    "a field is missing": lambda r: r.pop("seed"),
    "a field too many": lambda r: r.update(grade="A"),
    "another version": lambda r: r.update(schema=2),
    "points below zero": lambda r: r.update(score=-1),
    "half a point": lambda r: r.update(score=0.5),
    "no such status": lambda r: r["exercises"][0].update(status="passed"),
    "a hash too short": lambda r: r["submission"].update(sha256="abc"),
    "a seed below zero": lambda r: r.update(seed=-1),
    "isolation by another name": lambda r: r.update(isolation="docker"),
    "no exercises": lambda r: r.update(exercises=[]),
    "a message that is none": lambda r: r["exercises"][1].update(message=None),
    "a right answer with a mistake": lambda r: r["exercises"][0].update(misconception="x"),
    "an exercise without checks": lambda r: r["exercises"][0].update(checks=[]),
    "points for a wrong check": lambda r: r["exercises"][0]["checks"][0].update(status="wrong"),
    "a check that is partly right": lambda r: r["exercises"][0]["checks"][0].update(
        status="partly", message="half", score=0
    ),
    "a warning that is a number": lambda r: r["warnings"].append(1),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_report_does_not_follow_the_schema(graded, damage):
    report = copy.deepcopy(graded[1]["all_01_data"])
    assert VALIDATOR.is_valid(report)
    DAMAGES[damage](report)
    assert not VALIDATOR.is_valid(report)


def test_the_same_seed_gives_the_same_report_but_for_the_seconds(graded, tmp_path):
    paths = [graded[0] / f"{name}.py" for name in ("all_01_data", "wrong_01_data")]
    found = set()
    for i in range(3):
        out = tmp_path / f"{i}.json"
        command("grade", *paths, "--json", out, "--seed", 5)
        lines = out.read_text().splitlines()
        kept = [line for line in lines if not line.startswith('    "seconds"')]
        assert len(kept) == len(lines) - 2
        found.add("\n".join(kept))
    assert len(found) == 1
    assert "TypeError: <object object at 0x...> <function to_tensors at 0x...>" in found.pop()


def test_without_a_seed_each_grading_draws_one_and_tells_it(small, tmp_path):
    seeds = []
    for name in ("a.json", "b.json"):
        done = command("grade", small, "--json", tmp_path / name)
        seeds.append(json.loads((tmp_path / name).read_text())["seed"])  # one FILE: no list
        assert f"--seed {seeds[-1]})" in done.stdout
    assert seeds[0] != seeds[1]


# ---- what people see -----------------------------------------------------------------------------


class Balanced(HTMLParser):
    """Notes what a page holds; complains of a tag that closes what is not open."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.references, self.text = [], set(), [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.references += [k for k, _ in attrs if k in ("src", "href", "action") or k[:2] == "on"]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_the_page_is_one_file_with_balanced_tags_and_no_references(graded):
    page = Balanced()
    page.feed(graded[3])
    page.close()
    assert page.open == [] and page.references == [] and "script" not in page.tags
    assert page.tags <= set("html head meta title style body main section h1 h2 p div strong small"
                            " br ul li pre footer".split())  # fmt: skip
    assert "url(" not in graded[3] and "@import" not in graded[3]
    assert '<script>alert("x")</script>' in page.text  # it is there to be read


def test_hostile_text_is_harmless_in_all_three_forms(graded):
    *_, text, page, raw = graded
    for shown in (text, page, raw):
        assert "alert(" in shown
        assert all(c.isprintable() or c == "\n" for c in shown)


def test_a_hostile_file_name_is_harmless_in_all_three_forms(tmp_path):
    path = written(tmp_path, "01_data <b>\x1b[31m\u202e", "x = 1\n")
    done = command("grade", path, "--json", tmp_path / "o.json", "--html", tmp_path / "o.html")
    raw, page = (tmp_path / "o.json").read_text(), (tmp_path / "o.html").read_text()
    assert all(c.isprintable() or c == "\n" for c in done.stdout + raw + page)
    assert json.loads(raw)["submission"]["path"] == str(path)
    assert "01_data <b>" not in page


def test_printed_output_is_shown_and_bounded(graded):
    _, reports, text, page, _ = graded
    output = reports["hostile_01_data"]["output"]
    assert "0123456789\n0123456789" in output and len(output) <= 20_000
    assert "  | 0123456789\n" in text and text.count("  | 0123456789") < 50
    assert "lines more: --json and --html show them." in text
    assert "0123456789\n0123456789" in page and len(page) < 500_000


def test_the_text_says_what_was_tried_what_came_and_what_to_do(graded):
    block = graded[2].split("✗ channel_stats")[-1].split("\n✗ normalize")[0].split("\n")
    assert block[0].startswith("   0/") and "wrong_01_data.py, line 8" in block[0]
    assert block[1].startswith("  Tried ") and "channel_stats(images (" in block[1]
    assert " was expected, " in block[2] and any(line.startswith("  Next: ") for line in block)
    assert "all_01_data.py: 46 of 46 points (01_data, --seed " in graded[2]
