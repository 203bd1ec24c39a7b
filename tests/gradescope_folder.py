"""A folder laid out as Gradescope's, and its script, run as Gradescope runs it."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from grader_command import ROOT
from jsonschema import Draft202012Validator

LESSON = "01_data"
SCHEMA = json.loads((ROOT / "tests" / "gradescope.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
FIELDS = Draft202012Validator({**SCHEMA, "anyOf": [{}]})  # without the demand for a score
SOLUTION = (ROOT / "solutions" / f"{LESSON}.py").read_text()


def laid_out(folder, zipped, files):
    """Make a folder as Gradescope does, and a learner's files in it."""
    for name in ("source", "submission", "results"):
        (folder / name).mkdir(parents=True)
    if zipped:
        with zipfile.ZipFile(zipped) as file:
            file.extractall(folder / "source")
            mode = file.getinfo("run_autograder").external_attr >> 16
        shutil.copy(folder / "source" / "run_autograder", folder / "run_autograder")
        (folder / "run_autograder").chmod(mode)
    for name, content in files.items():
        path = folder / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


def run(folder, before=()):
    """Run its script as Gradescope does; return what it printed, its code, what it wrote."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "GRADESCOPE_ROOT": str(folder), "GRADESCOPE_PYTHON": sys.executable}
    done = subprocess.run(
        [*before, str(folder / "run_autograder")], cwd=folder, env=env, text=True, timeout=240,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert [path.name for path in (folder / "results").iterdir()] == ["results.json"]
    return done.stdout, done.returncode, json.loads((folder / "results/results.json").read_text())


def readable():
    """Return what to put before a command so that any user can read Python, wherever it lies."""
    ways = [*Path(sys.base_prefix).resolve().parents, *Path(sys.prefix).resolve().parents]
    closed = {way for way in ways if not way.stat().st_mode & 1}
    script = "mount --make-rprivate /\n" + "".join(
        f"d=$(mktemp -d) && chmod 755 $d\n"
        f"for f in {way}/* {way}/.[!.]*; do [ -d $f ] && mkdir $d/$(basename $f) &&"
        f" mount --rbind $f $d/$(basename $f); done\nmount --rbind $d {way}\n"
        for way in closed
    )
    before = ["unshare", "-m", "bash", "-c", f'{script}exec "$@"', "_"]
    if os.geteuid() or not shutil.which("unshare") or subprocess.run([*before, "true"]).returncode:
        pytest.skip("needs root, and mounts of its own")
    return before


def container():
    """Return what to put before a command so that it runs as in a container of Docker's."""
    return [*readable(), sys.executable, str(ROOT / "tests" / "container.py")]
