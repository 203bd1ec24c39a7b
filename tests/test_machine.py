"""The one door to what differs between systems: what is behind it is tried, where it can be."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from journey import make_learner

from autograder import machine

ROOT = Path(__file__).parent.parent
BEHIND = ("autograder/sandbox/", "autograder/machine.py")
POSIX = {"termios", "tty", "fcntl", "pwd", "grp", "resource", "pty", "select"}
WINDOWS = {"msvcrt", "winreg", "_winapi"}
MODULES = [
    path for package in ("autograder", "mnist_course") for path in (ROOT / package).rglob("*.py")
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_else_uses_what_one_system_alone_has(path: Path) -> None:
    if path.relative_to(ROOT).as_posix().startswith(BEHIND):
        return
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not (POSIX | WINDOWS) & {name.partition(".")[0] for name in names}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            used = f"{node.value.id}.{node.attr}"
            assert used not in ("os.getuid", "os.fork", "os.killpg", "signal.SIGKILL")


ELSEWHERE = """
import os, signal, socket, sys
for name in "termios tty fcntl pwd grp resource pty".split():
    sys.modules[name] = None  # as on Windows: importing it fails
del os.getuid, os.fork, socket.AF_UNIX, socket.send_fds, signal.setitimer, signal.SIGALRM
from autograder import machine
machine.WINDOWS = True
import autograder.sandbox.host as host
def refused(*_, **__):
    raise host.IsolationError("Files cannot be graded by Windows itself")
host.Zygote.__init__ = refused
from autograder.cli import main
sys.exit(main(sys.argv[1:]))
"""


def test_where_there_is_nothing_of_posix_a_learner_can_work(tmp_path: Path) -> None:
    learner = make_learner(tmp_path)
    learner.write("def relu(x):\n    return x.clamp(min=0)", "relu")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", ELSEWHERE, *arguments]
        return subprocess.run(
            command, cwd=learner.clone, env=learner.env, capture_output=True, text=True, timeout=120
        )

    done = run("check", "relu")
    assert done.returncode == 0 and "✓ relu   5/5" in done.stdout, done.stderr
    assert "without isolation" in done.stdout
    for arguments in ([], ["list", "3"], ["hint", "relu"], ["reset", "relu"], ["--help"]):
        assert run(*arguments).returncode == 0, run(*arguments).stderr
    done = run("doctor")
    assert done.returncode == 1 and "missing  isolation" in done.stdout and done.stderr == ""
    learner.write("def relu(x):\n    return -x", "relu")
    assert run("check", "relu").returncode == 1


def test_a_meeting_place_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.tempfile, "gettempdir", lambda: str(tmp_path))
    place = machine.meeting_place("name")
    assert place and place.parent.stat().st_mode & 0o777 == 0o700
    assert machine.meeting_place("x" * 200) is None  # no socket can have so long a path
    place.parent.chmod(0o777)
    assert machine.meeting_place("name") is None
    place.parent.rmdir()
    place.parent.symlink_to(tmp_path)
    assert machine.meeting_place("name") is None
    monkeypatch.setattr(machine, "WINDOWS", True)
    assert machine.meeting_place("name") is None


def test_only_one_holds_a_lock(tmp_path: Path) -> None:
    first = machine.exclusive(tmp_path / "lock")
    assert first is not None and machine.exclusive(tmp_path / "lock") is None
    first.close()
    again = machine.exclusive(tmp_path / "lock")
    again.close()


def test_without_a_terminal_no_key_ever_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as nothing:
        for stdin in (None, nothing):
            monkeypatch.setattr(sys, "stdin", stdin)
            with machine.keyboard() as key:
                assert key(0.01) == ""


def test_windows_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    class Keys:
        pressed = ["", "q"]  # noqa: RUF012

        def kbhit(self) -> bool:
            return bool(self.pressed.pop(0))

        def getwch(self) -> str:
            return "q"

    monkeypatch.setitem(sys.modules, "msvcrt", Keys())  # type: ignore[arg-type]
    assert machine._windows_key(5) == "q"
