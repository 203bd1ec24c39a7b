"""How tests call `autograder`, and what its reports must be like."""

import json
import os
import subprocess
import sys
from pathlib import Path

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
