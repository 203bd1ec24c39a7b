"""What README and CONTRIBUTING promise is there."""

import re
import subprocess
from pathlib import Path

import pytest

from mnist_course.cli import COMMANDS, make_parser
from mnist_course.recipes import RECIPES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = README + (ROOT / "CONTRIBUTING.md").read_text()
LINES = re.findall(r"^    mnist-course (.+)$", README, re.M)


@pytest.mark.parametrize("line", LINES)
def test_commands_can_be_typed(line: str) -> None:
    make_parser().parse_args(line.split())


def test_every_command_is_in_the_readme() -> None:
    shown = set(re.findall(r"mnist-course ([a-z-]+)", README))
    assert {name.replace("_", "-") for name in COMMANDS} - {"start"} <= shown


TARGETS = sorted(set(re.findall(r"(?:`|^    )make ([a-z-]+)", PAGES, re.M)))


@pytest.mark.parametrize("target", TARGETS)
def test_make_targets_exist(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_has_its_measured_line(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", README, re.M) or name == "pytorch-example"


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)]+)\)", PAGES))
def test_links_lead_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


def test_python_in_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    exec(code, {})
    assert "28, 28" in capsys.readouterr().out
