"""Which of the files in a folder that somebody handed in is the lesson that was asked for."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from autograder.bundle import KIND
from autograder.clone import has_work
from autograder.submission import KINDS, NoSubmissionError, Submission, lesson_of_file, read
from autograder.texts import one_line

MOST_FILES = 200  # that are looked into: somebody may hand in a whole disk


def handed_in(folder: Path, lesson: str) -> Submission:
    """Find it: beside the others, or as in a clone in `lessons`, or deeper.

    Raises NoSubmissionError with what whoever handed it in can do.
    """
    everything = [*islice(_files(folder, folder.rglob("*")), MOST_FILES)]
    for place in (folder, folder / "lessons", None):
        files = [path for path in everything if place in (path.parent, None)]
        found = [one for one in _read(files) if _lesson(one) == lesson]
        if len(found) > 1:  # a clone may hold the script and the notebook
            found = [one for one in found if has_work(one.path, lesson)] or found
        if len(found) == 1:
            return found[0]
        if found:
            names = _names((one.path for one in found), folder)
            raise NoSubmissionError(f"Several files could be {lesson}: {names}. Hand in one")
    return _only(everything, folder, lesson)


def _only(files: list[Path], folder: Path, lesson: str) -> Submission:
    """Take the one file that there is, whatever its name, unless it is another lesson."""
    found = _read(files)
    if len(found) == 1 and _lesson(found[0]) is None:
        return found[0]
    there = _names(files, folder) or "no .py and no .ipynb"
    raise NoSubmissionError(
        f"This is {lesson}, and among what was handed in ({there}) no file is that lesson, by its "
        f"name or its cells. Hand in {lesson}.py or {lesson}.ipynb"
    )


def _files(folder: Path, paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that may be a lesson: no copies that JupyterLab or a Mac keep."""
    for path in sorted(paths):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith((".", "__")) for part in parts)
        wanted = path.suffix.lower() in (*KINDS, KIND)
        if wanted and not hidden and path.is_file() and not path.is_symlink():
            yield path


def _read(files: Iterable[Path]) -> list[Submission]:
    """Read what can be read at all."""
    found = []
    for path in files:
        try:
            found.append(read(path))
        except NoSubmissionError:  # a zip of something else, for one
            continue
    return found


def _lesson(submission: Submission) -> str | None:
    try:
        return lesson_of_file(submission)
    except NoSubmissionError:
        return None


def _names(paths: Iterable[Path], folder: Path) -> str:
    return one_line(", ".join(path.relative_to(folder).as_posix() for path in paths), 300)
