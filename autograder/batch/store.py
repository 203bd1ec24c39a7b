"""What was graded, kept: one SQLite file, a line for each content that was graded.

A result is there whole or not at all, whatever ends the process. Its key says all that it depends
on, so that the same command grades what is missing or has changed, and nothing twice.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from mnist_course.errors import CourseError

NAME = "results.sqlite"
TABLES = """
    CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS results (
        key TEXT PRIMARY KEY, sha256 TEXT NOT NULL, lesson TEXT NOT NULL, report TEXT NOT NULL,
        worker TEXT NOT NULL, graded TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
    );
    CREATE TABLE IF NOT EXISTS listing (number INTEGER PRIMARY KEY, listed TEXT NOT NULL);
"""
PACKAGES = ("autograder", "mnist_course")
LIBRARIES = ("torch", "numpy")  # answers may differ with their versions


def key_of(**parts: str | float) -> str:
    """Return the key of a result: a hash of all that it depends on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def version_of_the_checks() -> str:
    """Return a hash of the sources that grade, and of the libraries they compute with."""
    digest, above = hashlib.sha256(), Path(__file__).resolve().parent.parent.parent
    for package in PACKAGES:
        for path in sorted((above / package).rglob("*.py")):
            digest.update(f"{path.relative_to(above).as_posix()}\n".encode())
            digest.update(path.read_bytes())
    for name in LIBRARIES:
        digest.update(f"{name} {metadata.version(name)}\n".encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class Listed:
    """A file that the last batch found: whose it is, and the key of its result."""

    learner: str
    name: str  # of the learner, as people read it, where it is known
    lesson: str
    path: str  # below the folder or zip that was graded
    sha256: str
    key: str
    late: bool
    made: float  # seconds since 1970: when it was handed in or written
    why: str  # it could not be graded, or ""
    kind: str = ""  # .py or .ipynb
    moodle: str = ""  # the number of a participant
    canvas: str = ""  # the number of a user
    warnings: list[str] = field(default_factory=list)


class Store:
    """The results of a folder; one batch at a time writes there."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.base = sqlite3.connect(self.path, timeout=2, isolation_level=None)
            # The lock is held until this process ends, however it ends.
            self.base.execute("PRAGMA locking_mode=EXCLUSIVE")
            self.base.execute("BEGIN EXCLUSIVE")
            self.base.execute("COMMIT")
            self.base.executescript(TABLES)
        except (FileExistsError, NotADirectoryError) as error:
            raise CourseError(f"{folder} is no folder: name another one with --out") from error
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def _trouble(self, error: sqlite3.Error) -> CourseError:
        if "locked" in str(error):
            return CourseError(f"{self.path} is in use: another batch writes there, wait for it")
        if isinstance(error, sqlite3.OperationalError):
            return CourseError(f"{self.path} cannot be written: {error}")
        return CourseError(
            f"{self.path} is damaged ({error}): move it away, and all is graded anew"
        )

    def _run(self, command: str, *values: str) -> list[Any]:
        try:
            return self.base.execute(command, values).fetchall()
        except sqlite3.Error as error:
            raise self._trouble(error) from error

    def seed(self, given: int | None) -> int:
        """Return the seed of all gradings here: the given one, the kept one, or a new one."""
        kept = self.recall("seed")
        seed = given if given is not None else int(kept) if kept else secrets.randbits(31)
        self.remember(seed=str(seed))
        return seed

    def remember(self, **settings: str) -> None:
        """Keep how the last batch was called."""
        for name, value in settings.items():
            self._run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, value)

    def recall(self, name: str) -> str | None:
        """Return what was kept under a name, or None."""
        found = self._run("SELECT value FROM settings WHERE name = ?", name)
        return str(found[0][0]) if found else None

    def list_anew(self, listing: Iterable[Listed], **settings: str) -> None:
        """Keep what a batch found and how it was called, in place of the last: whole or not."""
        self._run("BEGIN")
        self._run("DELETE FROM listing")
        for listed in listing:
            self._run("INSERT INTO listing (listed) VALUES (?)", json.dumps(asdict(listed)))
        self.remember(**settings)
        self._run("COMMIT")

    def listing(self) -> list[Listed]:
        """Return what the last batch found."""
        found = self._run("SELECT listed FROM listing ORDER BY number")
        try:
            return [Listed(**json.loads(listed)) for (listed,) in found]
        except (ValueError, TypeError) as error:
            raise CourseError(f"{self.path} is damaged: run `autograder batch` again") from error

    def known(self) -> set[str]:
        """Return the keys of what is graded."""
        return {key for (key,) in self._run("SELECT key FROM results")}

    def keep(self, key: str, report: dict[str, Any], worker: str) -> None:
        """Keep a result; it is on the disk when this returns."""
        sha256 = report["submission"]["sha256"]
        text = json.dumps(report)
        self._run(
            "INSERT OR REPLACE INTO results (key, sha256, lesson, report, worker)"
            " VALUES (?, ?, ?, ?, ?)",
            key, sha256, report["lesson"], text, worker,
        )  # fmt: skip

    def report(self, key: str) -> dict[str, Any] | None:
        """Return a result, or None."""
        found = self._run("SELECT report FROM results WHERE key = ?", key)
        report: dict[str, Any] | None = json.loads(found[0][0]) if found else None
        return report

    def close(self) -> None:
        """Let others write."""
        self.base.close()


def missing(keys: Iterable[str], known: set[str]) -> list[str]:
    """Return what is to be graded, each once, in order."""
    return [key for key in dict.fromkeys(keys) if key not in known]
