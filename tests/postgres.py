"""A PostgreSQL of one's own, in a folder that is gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# Nothing in it outlives the test, so nothing waits for a disk; and no network: a socket.
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses="


def programs() -> Path | None:
    """Return where Debian or a PATH has them, the newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    return (found or [Path(on_path)])[0].parent if found or on_path else None


@contextmanager
def postgres() -> Iterator[str]:
    """Start one, and give the URL of an empty database in it."""
    there = programs()
    if there is None:
        pytest.skip("needs PostgreSQL")
    who = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        shutil.chown(folder, **who) if who else None
        data, name = f"{folder}/data", "course"
        _run(there / "initdb", "-D", data, "-A", "trust", "-U", name, "--no-sync", who=who)
        options = f"{QUICK} -k {folder}"
        log = f"{folder}/log"
        _run(there / "pg_ctl", "-D", data, "-w", "-o", options, "-l", log, "start", who=who)
        try:
            _run(there / "createdb", "-h", folder, "-U", name, name, who=who)
            yield f"postgresql://{name}@/{name}?host={folder}"
        finally:
            _run(there / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", who=who)


def _run(*command: object, who: dict[str, str]) -> None:
    done = subprocess.run(
        [str(part) for part in command], **who, cwd="/", stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
