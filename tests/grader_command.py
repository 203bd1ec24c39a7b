"""How tests call `autograder`, and what its reports must be like."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "autograder" / "report.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
MAIN = [sys.executable, "-c", "import sys; from autograder.cli import main; sys.exit(main())"]


def command(*arguments, env=(), before=(), limit=240):
    """Run the command in a process of its own; the time is bounded."""
    return subprocess.run(
        [*before, *MAIN, *map(str, arguments)], capture_output=True, text=True,
        env={**os.environ, **dict(env)}, timeout=limit, cwd=ROOT,
    )  # fmt: skip


def written(folder, name, content):
    path = folder / f"{name}.py"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def without(kind):
    """Return what to put before a command so that the kernel refuses it such namespaces."""
    drop = "setpriv --bounding-set=-all --inh-caps=-all" if kind == "user" else ""
    script = f'echo 0 > /proc/sys/user/max_{kind}_namespaces && exec {drop} "$@"'
    before = ["unshare", "-Ur", "bash", "-c", script, "_"]
    if not shutil.which("unshare") or subprocess.run([*before, "true"], timeout=20).returncode:
        pytest.skip("needs user namespaces, in which to refuse others")
    return before
