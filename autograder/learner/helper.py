"""A helper process that keeps a warm grader for a while, and how it is asked.

The first check starts it and takes some seconds; those that follow take less than one. It ends by
itself: after a quarter of an hour without work, and whenever the course's own code has changed.
Where there can be no helper, the command grades by itself.
"""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from autograder import machine
from autograder.clone import CODE, home
from mnist_course.errors import CourseError

IDLE = 15 * 60.0  # seconds
HEARD = 3.0  # seconds until it must say that it is at work on a question
START = 30.0  # seconds until a helper that was started must answer
OFF = "AUTOGRADER_HELPER"  # set to 0, every command works by itself
Question = dict[str, Any]
Said = dict[str, Any]


def ask(question: Question) -> Generator[Said, None, None]:
    """Yield what is said of a question, by the helper or, where there can be none, by a grader."""
    line = _connected()
    if line is None or not _is_heard(line, question):
        yield from _by_itself(question)
        return
    with line, line.makefile("r", encoding="utf-8") as talk:
        over = False
        for text in talk:
            said = json.loads(text)
            over = "over" in said or "failed" in said
            yield said
        if not over:
            yield {"failed": "The process that checks has ended. Try once more."}


def _is_heard(line: socket.socket, question: Question) -> bool:
    """Put the question; tell whether it is taken up at once: the helper may be busy, or stopped."""
    line.settimeout(HEARD)
    try:
        line.sendall(json.dumps(question).encode() + b"\n")
        heard = line.recv(1) == b"\n"
    except OSError:
        heard = False
    line.settimeout(None)
    if not heard:
        line.close()
    return heard


def _by_itself(question: Question) -> Iterator[Said]:
    from autograder.learner.warm import Grader

    with Grader(alone=True) as grader:
        yield from _answers(grader, question)


def _answers(grader: Any, question: Question) -> Iterator[Said]:
    yield from grader.check(
        Path(question["file"]), question["lesson"], question["names"], question["until_wrong"],
        question["seed"],
    )  # fmt: skip


# ---- the one who asks ----------------------------------------------------------------------------


def address() -> Path | None:
    """Return where the helper listens: one for each user, Python and state of the code."""
    if os.environ.get(OFF) == "0":
        return None
    parts = [sys.executable, str(CODE)]
    for package in ("autograder", "mnist_course"):
        for path in sorted((CODE / package).rglob("*.py")):
            state = path.stat()
            parts.append(f"{path} {state.st_mtime_ns} {state.st_size}")
    return machine.meeting_place(sha256("\n".join(parts).encode()).hexdigest()[:16])


def _connected() -> socket.socket | None:
    """Return a line to the helper, which is started if need be."""
    place = address()
    if place is None:
        return None
    line = _called(place)
    if line is None:
        process = _started(place)
        until = time.monotonic() + START
        while line is None and time.monotonic() < until and process.poll() in (None, 0):
            time.sleep(0.02)
            line = _called(place)
    return line


def _called(place: Path) -> socket.socket | None:
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(str(place))
    except OSError:
        line.close()
        return None
    return line


def _started(place: Path) -> subprocess.Popen[bytes]:
    """Start it, apart from this terminal: it may not hold what this command writes to."""
    paths = [str(CODE), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)}
    with contextlib.suppress(OSError):
        home().mkdir(parents=True, exist_ok=True)
    with _log() as log:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder.learner.helper", str(place)], cwd=CODE,
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            **machine.detached(),
        )  # fmt: skip


def _log() -> Any:
    """Return where it writes what goes wrong with it."""
    try:
        return (home() / "helper.log").open("wb")
    except OSError:
        return open(os.devnull, "wb")  # noqa: PTH123


# ---- the helper ----------------------------------------------------------------------------------


def main(place: Path) -> None:
    """Serve one question after the other, until there is nothing to do or no reason to stay."""
    held = machine.exclusive(place.with_suffix(".lock"))
    if held is None:  # another one, started in the same moment, is there
        return
    place.unlink(missing_ok=True)  # of one that was killed
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(place))
        door.listen()
        try:
            _serve(door, place)
        finally:
            place.unlink(missing_ok=True)
            place.with_suffix(".lock").unlink(missing_ok=True)


def _serve(door: socket.socket, place: Path) -> None:
    from autograder.learner.warm import Grader

    door.settimeout(10)
    idle_since = time.monotonic()
    with Grader() as grader:
        while time.monotonic() - idle_since < IDLE and place.exists() and address() == place:
            with contextlib.suppress(TimeoutError):
                line, _ = door.accept()
                with line:
                    line.settimeout(60)
                    _talk(line, grader)
                idle_since = time.monotonic()


def _talk(line: socket.socket, grader: Any) -> None:
    """Answer one question; who hangs up in the middle is not told the rest."""
    with contextlib.suppress(OSError, ValueError), line.makefile("rw", encoding="utf-8") as talk:
        question = json.loads(talk.readline())
        talk.write("\n")
        talk.flush()
        try:
            for said in _answers(grader, question):
                talk.write(json.dumps(said) + "\n")
                talk.flush()
        except OSError:
            raise
        except Exception as error:
            kind = "" if isinstance(error, CourseError) else f"{type(error).__name__}: "
            talk.write(json.dumps({"failed": f"{kind}{error}"}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
