"""How the learner's commands speak: in colour on a terminal, plainly anywhere else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from grader_command import MAIN, command

from autograder.exercise import Check, Verdict
from autograder.screen import Screen

pexpect = pytest.importorskip("pexpect", reason="needs a POSIX terminal")
ESCAPE = "\x1b"
LONG = "A sentence that is far too long for the window that it is shown in. " * 3


def in_terminal(columns: int = 80, **env: str) -> str:
    """Run `autograder list 3` in a terminal, and return all that it showed."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "TERM")}
    import shlex

    shown = pexpect.run(
        shlex.join([*MAIN, "list", "3"]), env={**kept, "TERM": "xterm-256color", **env},
        dimensions=(40, columns), encoding="utf-8", timeout=60,
    )  # fmt: skip
    return str(shown)


def test_a_terminal_gets_colours() -> None:
    assert f"{ESCAPE}[1m03_conv_layers" in in_terminal()


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colours_where_none_are_wanted(env: dict[str, str]) -> None:
    shown = in_terminal(**env)
    assert ESCAPE not in shown and "03_conv_layers  Build the layers" in shown


def test_a_pipe_gets_no_colours_even_if_a_terminal_is_named() -> None:
    done = command("list", "3", env={"TERM": "xterm-256color", "COLORTERM": "truecolor"})
    assert done.returncode == 0 and ESCAPE not in done.stdout


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_lines_fit_the_window(columns: int) -> None:
    shown = re.sub(r"\x1b\[[0-9;]*m", "", in_terminal(columns))
    assert max(map(len, shown.split("\r\n"))) <= columns


def said(capsys: pytest.CaptureFixture[str], plain: bool, verdict: Verdict) -> str:
    Screen(plain).verdict(verdict)
    return capsys.readouterr().out


def test_a_pipe_gets_lines_that_are_not_broken(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().line(f"  {LONG}")
    assert capsys.readouterr().out == f"  {LONG.strip()}\n"


PARTLY = Verdict(
    "relu", 2, 5, "partly", message="Tried this.\nNext: that.",
    checks=[Check("values", 2, 2, "correct"), Check("kinds", 0, 3, "wrong", "it is float64")],
)  # fmt: skip


def test_plain_has_words_for_signs(capsys: pytest.CaptureFixture[str]) -> None:
    plain, signs = said(capsys, True, PARTLY), said(capsys, False, PARTLY)
    assert plain.startswith("wrong: relu   2/5   partly\n") and "wrong: kinds: it is" in plain
    assert signs.startswith("✗ relu   2/5   partly\n") and "✗ kinds: it is float64" in signs
    assert not set("✓✗·") & set(plain)


@pytest.mark.parametrize("text", [f"a{ESCAPE}[2Jb", "a\rb", "a\u202eb", "[red]b[/red]", ":smile:"])
def test_what_others_wrote_cannot_move_the_cursor(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Screen().verdict(Verdict("relu", 0, 5, "wrong", message=text))
    shown = capsys.readouterr().out
    assert not {ESCAPE, "\r", "\u202e"} & set(shown)
    assert "[" not in text[:1] or text in shown  # what looks like markup is text
    assert text != ":smile:" or text in shown


def test_a_stream_that_knows_no_signs_gets_something(tmp_path: Path) -> None:
    done = subprocess.run(
        [*MAIN, "list", "3"], capture_output=True, timeout=60, cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "AUTOGRADER_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"conv2d" in done.stdout and done.stdout.isascii()


# ---- completion ----------------------------------------------------------------------------------


def completed(line: str) -> list[str]:
    """Ask as a shell does: by the environment; the answer comes through descriptor 8."""
    script = f"{sys.executable} -c 'from autograder.cli import main; main()' 8>&1 9>/dev/null"
    env = {
        **os.environ, "_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)),
        "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_SUPPRESS_SPACE": "1", "COMP_TYPE": "9",
    }  # fmt: skip
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True)
    return done.stdout.split("\n")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("autograder che", ["check"]),
        ("autograder check conv", ["conv2d", "conv_output_size"]),
        ("autograder check 03", ["03_conv_layers"]),
        ("autograder hint Conv", ["Conv2d"]),
        ("autograder solution hunt_", [f"hunt_{i}" for i in range(1, 6)]),
        ("autograder reset max", ["max_pool2d"]),
        ("autograder submit 07", ["07_capstone"]),
        ("autograder watch rel", ["relu"]),
        ("autograder check --pl", ["--plain"]),
        ("autograder completion f", ["fish"]),
    ],
)
def test_the_shell_completes(line: str, offered: list[str]) -> None:
    assert sorted(filter(None, map(str.strip, completed(line)))) == sorted(offered)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_is_told_how(shell: str) -> None:
    done = command("completion", shell)
    assert done.returncode == 0 and "autograder" in done.stdout and "ARGCOMPLETE" in done.stdout
