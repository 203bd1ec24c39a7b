"""Brings a learner's files up to the lessons that `git pull` brought, one file after the other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder import clone
from autograder.submission import CONFLICT
from autograder.syllabus import LESSONS
from autograder.upkeep.backups import kept, put
from autograder.upkeep.carry import Carried, carry
from autograder.upkeep.git import Git
from autograder.upkeep.pairing import most_alike
from autograder.upkeep.parts import Sheet, read_sheet, sheet_of, taken_apart
from autograder.upkeep.pristine import pristine, versions
from mnist_course.errors import CourseError

DONE, LOOK, FAILED = 0, 1, 2
AFTERWARDS = {
    "merge": "When all files are merged: git commit",
    "rebase": "When all files are merged: git rebase --continue",
    "": "Your work is an uncommitted change again. Git's own copy can go: git stash drop",
}


@dataclass(frozen=True)
class Work:
    """A file to be brought up to date, and where everything in it comes from."""

    path: Path
    mine: bytes
    new: str
    olds: list[str]  # what the lesson may have been when the learner began
    there: bool = True  # mine is what the file holds just now
    unmerged: bool = False


@dataclass
class Update:
    """One run over all lessons: says what it does, and remembers how it went."""

    dry: bool = False
    source: Path | None = None  # the folder whose work is carried here
    saved: Mapping[Path, tuple[bytes, Path]] = field(default_factory=dict)  # by --pull: and copies
    code: int = DONE
    said: bool = False

    def all(self) -> int:
        """Bring all lessons up to date; one that cannot be spares the others."""
        self.git = Git(clone.root())
        self.doing, self.stages = self.git.doing(), self.git.stages()
        self.left = dict(self.saved)
        try:
            for lesson in LESSONS:
                self._tried(lesson)
        finally:  # what could not be carried after a pull, or was not for Ctrl-C, is as it was
            for path, (content, copy) in self.left.items():
                put(path, content, copy)
        for name in self.stages:
            if Path(name).stem not in LESSONS and name.startswith("lessons/"):
                self._fail(f"{name} is not merged, and is no lesson that is known here.")
        if not self.stages:
            self._strays()
        if not self.said:
            print("Every lesson is up to date: there is nothing to do.")
        return self.code

    def _tried(self, lesson: str) -> None:
        try:
            for path in self._paths(lesson):
                self._one(path, lesson)
        except (CourseError, OSError) as error:
            self._fail(f"{lesson}: {error}")

    def _fail(self, why: str) -> None:
        self.said, self.code = True, FAILED
        print(why)

    def _strays(self) -> None:
        """Speak of work in a lesson that the course had once, and has no more under that name."""
        last = self.git.pulled()
        for path in sorted(clone.lessons_folder().iterdir()):
            name = f"lessons/{path.stem}.py"
            if path.stem in LESSONS or path.suffix not in clone.KINDS or not _has_work(path):
                continue
            if self.git.commits_of(name) and self.git.blob(f"{last}:./{name}") is None:
                self.said = True
                print(
                    f"{clone.shown(path)} is no lesson of the course any more; your work in it "
                    "stays there. If the lesson has another name now, give your file that name, "
                    "in place of the one that came, and update again."
                )

    def _paths(self, lesson: str) -> Iterator[Path]:
        """Yield the files of a lesson that are looked at."""
        folder = self.source or clone.lessons_folder()
        paths = [folder / f"{lesson}{kind}" for kind in clone.KINDS]
        known = {*self.stages, *(self._name(path) for path in self.saved)}
        found = [path for path in paths if path.is_file() or self._name(path) in known]
        yield from found
        if not (found or self.source or self.doing):
            self._bring(paths[0], lesson)

    @staticmethod
    def _name(path: Path) -> str:
        return f"lessons/{path.name}"

    def _bring(self, path: Path, lesson: str) -> None:
        text = pristine(lesson)
        self.said = True
        print(f"{clone.shown(path)} was not there, and {'would be' if self.dry else 'is'} again.")
        if not self.dry:
            put(path, text.encode())

    def _one(self, path: Path, lesson: str) -> None:
        """Bring one file up to date; if it cannot be, it stays what it was."""
        try:
            work = self._work(path, lesson)
            if work:
                self._carry(work)
            self.left.pop(path, None)
        except Exception as error:  # whatever it is, it may not cost the other lessons their turn
            kind = "" if isinstance(error, CourseError | OSError) else f"{type(error).__name__}: "
            self._fail(f"{clone.shown(path)} was left as it is: {kind}{error}")

    # ---- where everything comes from -------------------------------------------------------------

    def _work(self, path: Path, lesson: str) -> Work | None:
        if self.source:
            return self._from_elsewhere(path, lesson)
        if self._name(path) in self.stages:
            return self._from_index(path)
        if self.doing:  # what is not in conflict is merged; and what was pulled is not known yet
            return None
        mine = self.saved[path][0] if path in self.saved else path.read_bytes()
        new = pristine(lesson)
        if mine == new.encode() and path not in self.saved:
            return None
        return Work(path, mine, new, [new, *versions(lesson)], path not in self.saved)

    def _from_index(self, path: Path) -> Work:
        """Take apart what git could not merge: the learner's is another side in each case."""
        stages = self.stages[self._name(path)]
        if path.suffix != ".py":
            raise CourseError("git could not merge this notebook: keep one of the two by hand")
        if self.doing not in AFTERWARDS:
            raise CourseError(f"git is in the middle of a {self.doing}: end that first")
        if path.is_file() and not _is_marked(path) and len(stages) == 3:
            name = clone.shown(path)
            raise CourseError(
                "it is in conflict for git, but holds no markers. If you have merged it by hand: "
                f"`git add {name}`. If not: `git checkout -m {name}`, and update again"
            )
        ours, theirs = stages.get(2), stages.get(3)
        mine, new = (ours, theirs) if self.doing == "merge" else (theirs, ours)
        text = self.git.text(new) if new else None
        if text is None or not new:
            raise CourseError(
                "the course took this lesson out, and you changed it. Keep it with `git add`, or "
                "let it go with `git rm`"
            )
        old = self.git.text(stages[1]) if 1 in stages else None
        content = self.git.blob(mine) if mine else None
        olds = [] if old is None else [old]
        return Work(path, text.encode() if content is None else content, text, olds, False, True)

    def _from_elsewhere(self, path: Path, lesson: str) -> Work | None:
        """Take the work from another folder, unless there is work of its own here."""
        there, new, olds = clone.lessons_folder() / path.name, pristine(lesson), versions(lesson)
        try:
            before = [pristine(lesson, path.parent.parent), *versions(lesson, path.parent.parent)]
        except CourseError:
            before = []
        work = Work(there, path.read_bytes(), new, [*olds, *before], False)
        if there.is_file() and there != path:
            held = _says(read_sheet(there))
            known = [_says(sheet_of(text, path.suffix)) for text in (new, *olds, *before)]
            if _says(read_sheet(path)) in known:  # nothing was done there
                return None
            if held == _says_text(_merged(work)[1], path.suffix):
                return None
            if held not in known:
                raise CourseError(
                    f"it holds work of its own, and {clone.shown(path)} other work. To take the "
                    f"other, put this back first: autograder reset {lesson}"
                )
        return work

    # ---- what is done ----------------------------------------------------------------------------

    def _carry(self, work: Work) -> None:
        """Carry the work into one file, keep what it held, and say what was done."""
        carried, content, changed = _merged(work)
        copy = self.saved[work.path][1] if work.path in self.saved else None
        if not changed and work.there:
            return
        if not changed and copy:  # it was taken away for the pull, and comes back as it was
            put(work.path, work.mine, copy)
            return copy.unlink(missing_ok=True)
        self.said, typed = True, None
        if carried.conflicts:
            self.code = max(self.code, LOOK)
        if not self.dry:
            typed = kept(work.path) if work.unmerged and self._is_typed_in(work.path) else None
            held = work.mine if work.unmerged or not work.path.exists() else None
            copy = copy or (kept(work.path, held) if work.path.exists() or held else None)
            put(work.path, content, copy)
        print("\n".join(self._told(work, carried, content, copy)))
        if typed:
            print(f"  what you typed between git's markers is kept in {clone.shown(typed)}")
        if work.unmerged:
            self._resolve(work.path)

    def _told(
        self, work: Work, carried: Carried, content: bytes, copy: Path | None
    ) -> Iterator[str]:
        """Yield what was carried, a line a kind."""
        parts = taken_apart(content, work.path.suffix).parts
        yield f"{clone.shown(work.path)}{' would change' if self.dry else ''}"
        for what, names in (
            ("your answers are in it", [n for n in carried.answers if n not in carried.renamed]),
            ("renamed", [f"{n} (was called {was})" for n, was in carried.renamed.items()]),
            ("new", carried.added),
            ("no longer asked for, your answer is at the end", carried.removed),
        ):
            if names:
                yield f"  {what}: {', '.join(names)}"
        for what, number in carried.conflicts:
            line = parts[number].line
            yield f"  look at {f'line {line}' if line else f'cell {number + 1}'}: {what}"
        if copy:
            yield f"  what you had is kept in {clone.shown(copy)}"

    def _is_typed_in(self, path: Path) -> bool:
        """Tell whether a file that git could not merge has lines that git did not put there."""
        if not path.is_file():
            return False
        sides = [self.git.blob(blob) or b"" for blob in self.stages[self._name(path)].values()]
        known = {line.rstrip() for text in sides for line in text.splitlines()}
        lines = {line.rstrip() for line in path.read_bytes().splitlines()} - known
        return any(not re.match(rb"([<|=>])\1{6}( |$)", line) for line in lines)

    def _resolve(self, path: Path) -> None:
        """Tell git that a file is merged; after a stash it is an uncommitted change, as before."""
        command = ("add",) if self.doing else ("reset", "-q")
        if not self.dry and self.git.said(*command, "--", self._name(path)) is None:
            print(f"  tell git that it is merged: git add {clone.shown(path)}")
        print(f"  {AFTERWARDS[self.doing]}")


def _merged(work: Work) -> tuple[Carried, bytes, bool]:
    """Return what comes out, as bytes of the file, and whether anything has changed."""
    suffix = work.path.suffix
    mine = taken_apart(work.mine, suffix)
    old = most_alike("\n".join(part.text for part in mine.parts), work.olds)
    base = None if old is None else sheet_of(old, suffix).parts
    carried = carry(base, sheet_of(work.new, suffix).parts, mine.parts)
    same = len(carried.parts) == len(mine.parts) and all(
        part.same(other) for part, other in zip(carried.parts, mine.parts, strict=True)
    )
    return carried, work.mine if same else mine.written(carried.parts), not same


def _is_marked(path: Path) -> bool:
    text = path.read_bytes().decode(errors="replace").replace("\r\n", "\n")
    return bool(CONFLICT.search(text))


def _has_work(path: Path) -> bool:
    """Tell whether any exercise was begun in a file that may be anything."""
    try:
        parts = read_sheet(path).parts
    except (CourseError, OSError):
        return False
    return any(part.is_solution and not clone.is_stub(part.source) for part in parts)


def _says(sheet: Sheet) -> list[str]:
    """Return what counts of a file, to be compared: no marks, and nothing of the first lines."""
    return [part.text for part in sheet.parts if part.kind != "top"]


def _says_text(content: bytes, suffix: str) -> list[str]:
    return _says(taken_apart(content, suffix))
