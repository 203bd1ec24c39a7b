"""Small made-up lessons, and clones with them, for the tests of reset and update."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from autograder.syllabus import LESSONS

LESSON = "03_conv_layers"
TOP = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

"""
IMPORTS = "# %%\nimport math\n\nfrom autograder import check\n"
WORDS = "# %% [markdown]\n# ## Look\n# What a filter sees, and why that is so.\n"
SHOW = '# %% tags=["experiment"]\nprint("a picture")\nprint("and another")\n'
RAISE = "    # Write this part, then take the next line out.\n    raise NotImplementedError\n"
STUBS = {
    "conv2d": 'def conv2d(x, weight):\n    """Slide each kernel over each image."""\n',
    "relu": 'def relu(x):\n    """Keep what is positive; the rest becomes zero."""\n',
    "dropout": 'def dropout(x, p):\n    """Zero each value with some probability."""\n',
}


def marks(name: str, check: bool = False, points: int = 5) -> str:
    found = {"grade": check, "grade_id": f"check-{name}" if check else name, "locked": check,
             "schema_version": 3, "solution": not check, "task": False}  # fmt: skip
    return json.dumps(found | ({"points": points} if check else {}))


def stub(name: str, begin: str = "") -> str:
    return f"# %% nbgrader={marks(name)}\n{begin or STUBS[name]}{RAISE}"


def check(name: str, points: int = 5) -> str:
    return f'# %% nbgrader={marks(name, True, points)}\ncheck("{name}")\n'


def exercise(name: str, begin: str = "") -> list[str]:
    return [stub(name, begin), check(name)]


def text_of(*cells: str, top: str = TOP) -> str:
    return top + "\n".join(cells)


def small(*names: str) -> str:
    """A lesson with these exercises."""
    cells = [cell for name in names or STUBS for cell in exercise(name)]
    return text_of(IMPORTS, WORDS, *cells[:2], SHOW, *cells[2:])


def answered(text: str, **answers: str) -> str:
    """The same with answers in the place of stubs."""
    for name, body in answers.items():
        begin = text.index(f'"grade_id": "{name}"')
        at = text.index(RAISE, begin)
        text = text[:at] + f"    {body}\n" + text[at + len(RAISE) :]
    return text


def git(folder: Path, *arguments: str, fails: bool = False) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    assert fails or done.returncode == 0, done.stderr
    return done.stdout + done.stderr


class Course:
    """An upstream and a learner's clone of it, in a folder whose name has a blank."""

    def __init__(self, tmp_path: Path, text: str, lesson: str = LESSON) -> None:
        self.upstream, self.clone = tmp_path / "up stream", tmp_path / "my clöne"
        self.lesson = lesson
        self.upstream.mkdir()
        git(self.upstream, "init", "-q", "-b", "main")
        self.publish(text)
        git(tmp_path, "clone", "-q", str(self.upstream), str(self.clone))

    def publish(self, text: str | None) -> None:
        file = self.upstream / "lessons" / f"{self.lesson}.py"
        file.parent.mkdir(exist_ok=True)
        if text is None:
            file.unlink()
        else:
            file.write_text(text, newline="\n")
        git(self.upstream, "add", "-A")
        git(self.upstream, "commit", "-q", "--allow-empty", "-m", "The course goes on")

    @property
    def file(self) -> Path:
        return self.clone / "lessons" / f"{self.lesson}.py"

    @property
    def notebook(self) -> Path:
        return self.file.with_suffix(".ipynb")

    @property
    def backups(self) -> list[Path]:
        return sorted((self.clone / "lessons" / "backups").glob("*"))

    def read(self) -> str:
        return self.file.read_text()

    def write(self, text: str) -> None:
        self.file.write_text(text, newline="")

    def git(self, *arguments: str, fails: bool = False) -> str:
        return git(self.clone, *arguments, fails=fails)


def only_one_lesson(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lesson: str = LESSON) -> None:
    """Let the course have one lesson, git a name to commit with, and home be nobody's."""
    kept = LESSONS[lesson]
    for name in reversed(list(LESSONS)):  # what is undone backwards has its order again
        monkeypatch.delitem(LESSONS, name)
    monkeypatch.setitem(LESSONS, lesson, kept)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    config = tmp_path / "gitconfig"
    config.write_text("[user]\n\tname = A Learner\n\temail = learner@example.org\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("autograder.clone.CODE", tmp_path / "my clöne")  # never the real one
    monkeypatch.setenv("AUTOGRADER_HOME", str(tmp_path / "home"))
