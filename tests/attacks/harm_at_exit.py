# attack: writes its file when the process that ran it ends, after all the grading.
# alone: file
import atexit
import weakref
from pathlib import Path

FOLDER = Path("/tmp/autograder-attack")


def leave():
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "harm_at_exit").write_text("I was here")


class Something:
    """Its finalizer, too, runs at the end."""


kept = Something()
weakref.finalize(kept, leave)
atexit.register(leave)
