"""Puts an exercise, or a whole lesson, back to what the course brought; a copy is kept."""

from collections.abc import Sequence
from pathlib import Path

from autograder import clone
from autograder.syllabus import lesson_of
from autograder.upkeep.backups import kept, put
from autograder.upkeep.pairing import defines
from autograder.upkeep.parts import (
    DamagedFileError,
    Part,
    Script,
    Sheet,
    content_of,
    read_sheet,
    sheet_of,
    taken_apart,
)
from autograder.upkeep.pristine import pristine
from mnist_course.errors import CourseError


def reset_lesson(lesson: str) -> str:
    """Put a whole lesson back, and return what is to be said of it."""
    text = pristine(lesson)
    paths = clone.lesson_files(lesson) or [clone.lessons_folder() / f"{lesson}.py"]
    return "\n".join(_whole(path, text) for path in paths)


def _whole(path: Path, text: str) -> str:
    name = clone.shown(path)
    if not path.exists():
        put(path, text.encode())
        return f"{name} was not there, and is there again."
    if _is_as_brought(path, text):
        return f"{name} is as the course brought it: there is nothing to put back."
    return _replaced(path, content_of(text, path.suffix), f"{name} is as the course brought it.")


def _is_as_brought(path: Path, text: str) -> bool:
    """Tell whether a file says what the lesson says, cell by cell."""
    try:
        parts, wanted = read_sheet(path).parts, sheet_of(text, path.suffix).parts
    except DamagedFileError:
        return False
    return len(parts) == len(wanted) and all(
        part.same(other) or (part.kind == "top" and _only_comments(part))
        for part, other in zip(parts, wanted, strict=True)
    )


def _only_comments(part: Part) -> bool:
    """Tell so of the lines above the first cell; JupyterLab leaves them out when it saves."""
    return all(line.startswith("#") for line in part.text.split("\n") if line)


def _replaced(path: Path, content: bytes, said: str) -> str:
    """Write a file, after a copy of it was kept; return what is to be said."""
    copy = kept(path)
    put(path, content)
    return f"{said} What you had is kept in {clone.shown(copy)}"


# ---- one exercise --------------------------------------------------------------------------------


def reset_exercise(name: str) -> str:
    """Make an exercise a stub again wherever the lesson lies, and return what is to be said."""
    lesson = lesson_of(name)
    text = pristine(lesson)
    paths = clone.lesson_files(lesson)
    if not paths:
        return _whole(clone.lessons_folder() / f"{lesson}.py", text)
    # All are looked at before any is written: the answer may not come back from the other one.
    found = [(path, _with_stub(path, name, text, lesson)) for path in paths]
    return "\n".join(
        _replaced(path, content, said) if content else said for path, (content, said) in found
    )


def _with_stub(path: Path, name: str, text: str, lesson: str) -> tuple[bytes | None, str]:
    """Return the file with the stub, or None where it is there; and what is to be said."""
    file = clone.shown(path)
    try:
        sheet = read_sheet(path)
    except DamagedFileError as error:
        raise CourseError(
            f"The cell of {name} cannot be found safely in {file}: {error}. Mend that, or put the "
            f"whole lesson back (a copy of the file is kept): autograder reset {lesson}"
        ) from error
    wanted = sheet_of(text, path.suffix).parts
    stub = _stub(wanted, name, lesson)
    places = [i for i, part in enumerate(sheet.parts) if part.is_solution and part.grade_id == name]
    if not places:
        return _put_back(sheet, wanted, stub, file)
    if len(places) == 1 and sheet.parts[places[0]].text == stub.text:
        return None, f"{name} in {file} is a stub already: there is nothing to put back."
    return _collapsed(sheet, places, stub), f"{name} is a stub again in {file}."


def _stub(wanted: Sequence[Part], name: str, lesson: str) -> Part:
    found = [part for part in wanted if part.is_solution and part.grade_id == name]
    if not found:
        raise CourseError(f"The lesson {lesson} does not ask for {name}.")
    return found[0]


def _collapsed(sheet: Sheet, places: Sequence[int], stub: Part) -> bytes:
    """Put the stub in the place of the first cell, and take the others out."""
    for place in reversed(places[1:]):
        sheet = sheet.spliced(place, place + 1, [])
    old = sheet.parts[places[0]]
    empty = len(old.source) - len(old.source.rstrip("\n")) if old.text else 1
    source = stub.text + "\n" * empty if isinstance(sheet, Script) else stub.source
    form = old if old.kind == "code" else stub
    new = Part(source, "code", old.tags, old.marks, form.head, cell=form.cell)
    return sheet.spliced(places[0], places[0] + 1, [new]).content()


def _put_back(sheet: Sheet, wanted: Sequence[Part], stub: Part, file: str) -> tuple[bytes, str]:
    """Put a cell back that is no longer there, where the lesson has it, with its check."""
    name = stub.grade_id
    check = next((part for part in wanted if part.grade_id == f"check-{name}"), None)
    places = [i for i, part in enumerate(sheet.parts) if check and part.grade_id == check.grade_id]
    cells = [stub, *([check] if check and not places else [])]
    at = places[0] if places else _behind(sheet.parts, wanted, stub)
    content = sheet.spliced(at, at, cells).content()
    said = f"The cell of {name} was not in {file}; its stub is there again."
    if others := [i for i, part in enumerate(sheet.parts) if defines(part, name)]:
        whole = taken_apart(content, ".py" if isinstance(sheet, Script) else ".ipynb")
        where = _where(whole, others[0] + (len(cells) if others[0] >= at else 0))
        said += f" {name} is defined at {where}, too: that was left; delete it if it is not needed."
    return content, said


def _where(sheet: Sheet, number: int) -> str:
    part = sheet.parts[number]
    return f"line {part.line}" if isinstance(sheet, Script) else f"cell {number + 1}"


def _behind(parts: Sequence[Part], wanted: Sequence[Part], stub: Part) -> int:
    """Return the place behind the last cell before the stub that both have."""
    for part in reversed(wanted[: wanted.index(stub)]):
        for number, mine in enumerate(parts):
            marked = part.grade_id and mine.grade_id == part.grade_id
            if marked or (not part.grade_id and part.text and mine.text == part.text):
                return number + 1
    return min(1, len(parts)) if parts and parts[0].kind == "top" else 0
