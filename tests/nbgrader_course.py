"""A course in nbgrader for tests: its folder, nbgrader in it, and all that people hand in."""

import copy
import csv
import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

from journey import RIGHT, WRONG, Learner, _environment

ROOT = Path(__file__).parent.parent
LESSON = "03_conv_layers"
FILE = f"{LESSON}.ipynb"
SEED = 7
ANSWERS = ROOT / "tests" / "answers"
IMPORTS = "from torch import Tensor\nfrom torch.nn import functional as F\n"
FAKE = {"output_type": "execute_result", "execution_count": 1, "metadata": {},
        "data": {"text/plain": "1000.0"}}  # fmt: skip

API = """
import json
from nbgrader.apps import NbGrader
from nbgrader.apps.api import NbGraderAPI

app = NbGrader()
app.initialize([])
api = NbGraderAPI(app.coursedir, parent=app)
"""


class Course:
    """A course's folder, and nbgrader in it."""

    def __init__(self, place):
        self.folder, home = place / "course", place / "home"
        home.mkdir()
        self.env = _environment(place, ROOT, home)
        self.learner = Learner(self.folder, home, self.env)
        self.env["PATH"] = "/usr/bin:/bin"  # no environment is activated

    def nbgrader(self, name, *arguments, before=(), code=0):
        done = subprocess.run(
            [*before, sys.executable, "-m", "nbgrader", name, *arguments], env=self.env,
            cwd=self.folder, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert code is None or done.returncode == code, done.stderr[-5000:]
        return done.stderr

    def read(self, *place):
        return json.loads(self.folder.joinpath(*place).read_text())

    def grades(self):
        self.nbgrader("export")
        return {row["student_id"]: row for row in self.rows()}

    def rows(self):
        with (self.folder / "grades.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    def ask_api(self, question):
        """Return what formgrader's server is answered."""
        code = f"{API}print(json.dumps({question}))"
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.env, cwd=self.folder, capture_output=True,
            text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-5000:]
        return json.loads(done.stdout)

    def collected(self, student):
        return self.folder / "submitted" / student / LESSON / FILE

    def autograded(self, student):
        return self.read("autograded", student, LESSON, FILE)

    def feedback(self, student, lesson=LESSON):
        return (self.folder / "feedback" / student / lesson / f"{lesson}.html").read_text()


def mark_of(cell):
    return cell["metadata"].get("nbgrader", {})


def checks(notebook):
    return [cell for cell in notebook["cells"] if mark_of(cell).get("grade")]


def cell_of(notebook, name):
    return next(cell for cell in notebook["cells"] if mark_of(cell).get("grade_id") == name)


def shown(cell):
    return "\n".join("".join(output["data"]["text/plain"]) for output in cell["outputs"])


# ---- what acts in a page -------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "[here](javascript:alert(1))",
    "[here](files/javascript:alert(1))",
    "[here](files/files/javascript:alert(1))",
    "<javascript:alert(1)>",
    "[here]: JaVaScRiPt:alert(1)\n[here]",
    "[here](&#106;avascript:alert(1))",
    "<a href='java\tscript:alert(1)'>here</a>",
    "![x](javascript:alert(1))",
    "[here](data:text/html;base64,PHNjcmlwdD4=)",
    "```mermaid\n<img src=x onerror=alert(1)>\n```",
    "<style>.nbgrader_cell { display: none }</style>",
    "<div style='position: fixed; inset: 0; background: white'>64 of 64</div>",
    "<div class='navbar-fixed-top'>64 of 64</div>",
    "<form action='https://example.org'><input name=token></form>",
    "<meta http-equiv=refresh content='0; url=https://example.org'>",
    "<base href='https://example.org'>",
    "<object data='x.html'></object><embed src='x.html'>",
    "<details ontoggle=alert(1) open><summary>x</summary></details>",
    "![x](https://example.org/seen.png)",
    "![x](/logout)",
    "[x](evil.html)",
    "![x](attachment:s.svg) ![x](attachment:h)",
    "![x](attachment:q)",
    "![x](attachment:nowhere.png)",
    "# check-relu",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
SAFE = (("a", "href", "http://"), ("a", "href", "https://"), ("a", "href", "mailto:"),
        ("a", "href", "#"), ("img", "src", "data:image/png;"))  # fmt: skip
STILL = (
    "div section main p pre code span strong em b i s br hr a img li ul ol dl dt dd table".split()
)
STILL += "thead tbody tr td th blockquote del sub sup u kbd h1 h2 h3 h4 h5 h6".split()
QUIET = "class id title alt tabindex start colspan rowspan width height name".split()


class _Acting(HTMLParser):
    """Notes all that may do more in a page than be read."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag not in STILL:
            self.found.append((tag, *sorted(map(str, attrs))))
        else:
            self.found += [(tag, *attr) for attr in attrs if not _still(tag, *attr)]

    def handle_comment(self, data):
        self.found.append(("comment", data))


def _still(tag, name, value):
    value = value or ""
    if name == "style":
        return value.rstrip(";") in ("text-align:center", "text-align:right", "text-align:left")
    if name in ("id", "class"):
        return "check-" not in value and "fixed" not in value and value != "mermaid"
    return name in QUIET or any((tag, name) == s[:2] and value.startswith(s[2]) for s in SAFE)


def what_may_act(page):
    """Return a list of it, as it stands in a page."""
    parser = _Acting()
    parser.feed(page)
    parser.close()
    return parser.found


def hostile(notebook):
    """Write all of it into a notebook: as text, as raw text, as outputs."""
    notebook = copy.deepcopy(notebook)
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        cell.pop("id", None)
    for text in HOSTILE:
        notebook["cells"] += [
            {"cell_type": "markdown", "metadata": {}, "source": text},
            {"cell_type": "raw", "metadata": {"raw_mimetype": "text/html"}, "source": text},
            {"cell_type": "raw", "metadata": {}, "source": text},
            {"cell_type": "code", "metadata": {"tags": [text.replace(",", "")]},
             "execution_count": 1, "source": "print(1)", "outputs": [
                 {"output_type": "display_data", "metadata": {}, "data": {kind: text}}
                 for kind in ("text/html", "image/svg+xml", "application/javascript")]},
        ]  # fmt: skip
    return notebook


# ---- what is handed in ---------------------------------------------------------------------------


def handed_in(released, solved):
    """Return files by learner: the course's own answers, and all that people do to a notebook."""
    refuses_nothing = (ANSWERS / "conv2d" / "wrong_refuses_nothing.py").read_text()
    right, wrong = answered(released, conv2d=RIGHT), answered(released, conv2d=WRONG)
    cells = right["cells"]
    made = {
        "correct": solved,
        "wrong": wrong,
        "partly": answered(released, conv2d=refuses_nothing),
        "never_run": right,
        "untouched": released,
        "doubled": {**right, "cells": wrong["cells"] + cells},
        "deleted": {**right, "cells": [c for c in cells if not mark_of(c).get("grade")]},
        "unmarked": {**right, "cells": [{**cell, "metadata": {}} for cell in cells]},
        "tampered": tampered(wrong),
        "text_checks": text_checks(right),
        "another_language": {**right, "metadata": {
            "kernelspec": {"name": "ir", "display_name": "R", "language": "R"},
            "language_info": {"name": "R", "pygments_lexer": {"no": "lexer"}}}},
        "odd_marks": odd_marks(right),
        "half_a_character": answered(released, conv2d=f"{RIGHT}\n# \ud800"),
        "bare": {"cells": [{"cell_type": "code", "source": f"{IMPORTS}{RIGHT}"}]},
        "crash": answered(right, relu="import os\nos.kill(os.getpid(), 9)"),
        "exits": answered(right, relu="import os\nos._exit(0)"),
        "hostile": hostile(right),
        "twin": right,
        "loop": answered(right, relu="def relu(x):\n    while True:\n        pass"),
        "a_list": [],
        "no_cells": {**released, "cells": []},
        "deep": "[" * 100_000,
        "empty": b"",
        "binary": bytes(range(256)),
        "corrupt": json.dumps(solved)[:3000],
    }  # fmt: skip
    return {name: as_bytes(content) for name, content in made.items()}


def as_bytes(content):
    content = content if isinstance(content, str | bytes) else json.dumps(content)
    return content.encode() if isinstance(content, str) else content


def answered(notebook, **answers):
    found = copy.deepcopy(notebook)
    for name, answer in answers.items():
        cell_of(found, name)["source"] = answer
    return found


def tampered(notebook):
    """More points, no locks, another version, outputs that were never computed, other checks."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        if mark_of(cell).get("grade"):
            mark_of(cell).update(points=1000, locked=False, schema_version=99, made_up=True)
            cell.update(source="1000.0", outputs=[FAKE], execution_count=1)
        elif mark_of(cell):
            mark_of(cell).update(grade=True, points=1000, checksum="0" * 32)
    added = copy.deepcopy(cell_of(notebook, "check-relu"))
    mark_of(added).update(grade_id="mine", points=50)
    notebook["cells"].append({**added, "id": "mine"})
    notebook["metadata"]["autograder"] = {"score": 1000}
    return notebook


def text_checks(notebook):
    found = copy.deepcopy(notebook)
    for cell in checks(found):
        cell["cell_type"] = "markdown"
        del cell["outputs"], cell["execution_count"]
    return found


def odd_marks(notebook):
    notebook = copy.deepcopy(notebook)
    del mark_of(cell_of(notebook, "check-relu"))["points"]
    odd_ones = (3, [], {"grade_id": 3}, {"grade": True})
    for cell, odd in zip(notebook["cells"], odd_ones, strict=False):
        cell["metadata"]["nbgrader"] = odd
    return notebook
