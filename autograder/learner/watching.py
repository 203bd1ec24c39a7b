"""What a watcher knows, and how it answers to saves, keys and verdicts; no terminal is needed."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.clone import has_work, learners_file, lesson_files
from autograder.exercise import Verdict
from autograder.learner.checking import Checking
from autograder.learner.standing import at_hand, current_lesson, next_exercise, sign, standing
from autograder.screen import UNTRIED
from autograder.syllabus import lesson_of, names_of
from mnist_course.errors import CourseError

KEYS = {"h": "hint", "l": "list", "n": "next", "c": "check", "r": "reset", "q": "quit"}


@dataclass
class Watching:
    """A watcher's state: which exercise is at hand, and what was found of it."""

    lesson: str
    name: str | None  # None: nothing is left to do
    events: "queue.Queue[tuple[str, Any]]" = field(default_factory=queue.Queue)
    verdicts: dict[str, Verdict] = field(default_factory=dict)  # to be shown, by exercise
    news: list[str] = field(default_factory=list)  # what was solved, and the like
    notes: list[str] = field(default_factory=list)  # hints, lists, troubles
    signs: dict[str, str] = field(default_factory=dict)  # of cells, as they were checked last
    waiting: list[str] = field(default_factory=list)  # to be checked once this check is over
    busy: bool = False
    asks_to_reset: str = ""  # the exercise that a question on the screen is about
    seen: dict[Path, bytes] = field(default_factory=dict)  # of files: what they held
    over: bool = False

    # ---- events ----------------------------------------------------------------------------------

    def begin(self) -> None:
        """Look at what there is."""
        self.signs = self._signs()
        self.seen = {path: content(path) for path in lesson_files(self.lesson)}
        if self.name and standing().written(self.name):
            self._check([self.name])

    def take(self, kind: str, what: Any) -> None:
        """Take an event in."""
        react: dict[str, Callable[[Any], None]] = {
            "saved": self._saved, "verdict": self._verdict, "failed": self._failed,
            "checked": self._checked, "key": self._key,
        }  # fmt: skip
        react[kind](what)

    def _saved(self, path: Path) -> None:
        """Check what was changed; whatever lesson is saved is the one at hand."""
        if not self._is_news(path):
            return
        if path.stem != self.lesson:
            self._turn_to(path.stem)
        try:
            learners_file(self.lesson)
        except CourseError as error:
            self._clear([str(error)])
            return
        before, self.signs = self.signs, self._signs()
        changed = [name for name in names_of(self.lesson) if before.get(name) != self.signs[name]]
        if changed and self.name not in changed:
            self.name = changed[0]
        self._clear([])
        now = standing()  # which reads the file once
        at_hand = [self.name] if self.name and now.written(self.name) else []
        there = [name for name in changed if now.source(name)]
        if names := list(dict.fromkeys([*at_hand, *there])):
            self._check(names)
        elif file := now.file(self.lesson):
            self.notes = list(file.warnings)  # there is no code, say

    def _is_news(self, path: Path) -> bool:
        """Tell whether a file holds something else than before; one that vanished is news, too."""
        before, self.seen[path] = self.seen.get(path), content(path)
        if path.stem != self.lesson and not has_work(path, path.stem):
            return False
        return before != self.seen[path]

    def _turn_to(self, lesson: str) -> None:
        self.lesson, self.signs = lesson, {}
        self.name = next((n for n in names_of(lesson) if not standing().of(n).solved), None)
        self.signs = self._known_signs()

    def _verdict(self, verdict: Verdict) -> None:
        if lesson_of(verdict.name) != self.lesson:  # another one was saved meanwhile
            return
        if verdict.name == self.name or verdict.status not in UNTRIED:
            self.verdicts[verdict.name] = verdict
        if verdict.status == "correct":
            self.news.append(f"{verdict.name} is solved: {verdict.score} points.")
            self.verdicts.pop(verdict.name, None)
            if verdict.name == self.name:
                self._move_on()

    def _move_on(self) -> None:
        """Go to what comes next; what is written already is checked at once."""
        before, self.name = self.lesson, next_exercise(standing(), self.lesson, self.name or "")
        if self.name is None:
            self.news.append("All exercises of the course are solved. Hand them in: submit.")
        elif lesson_of(self.name) != before:
            self.news.append(f"Nothing is left in {before}.")
            self.lesson = lesson_of(self.name)
            self.signs = self._signs()
        if self.name and standing().written(self.name) and self.name not in self.verdicts:
            self._check([self.name])

    def _failed(self, why: str) -> None:
        self.notes.append(why)
        self._checked([])

    def _checked(self, remarks: list[str]) -> None:
        self.notes += [f"! {remark}" for remark in remarks]
        self.busy = False
        if self.waiting:
            names, self.waiting = self.waiting, []
            self._check(names)

    # ---- keys ------------------------------------------------------------------------------------

    def _key(self, key: str) -> None:
        if self.asks_to_reset:
            name, self.asks_to_reset, self.notes = self.asks_to_reset, "", []
            if key.lower() == "y":
                self._reset(name)
            return
        action = KEYS.get(key.lower())
        if action:
            getattr(self, f"_press_{action}")()

    def _press_hint(self) -> None:
        from autograder.learner.hints import hints

        if self.name:
            self.notes += hints(self.name)

    def _press_list(self) -> None:
        now = standing()
        self.notes = [
            f"  {'✓' if now.of(name).solved else '>' if name == self.name else '·'} {name}"
            for name in names_of(self.lesson)
        ]

    def _press_next(self) -> None:
        self._clear([])
        self.name = next_exercise(standing(), self.lesson, self.name or "") or self.name
        if self.name and lesson_of(self.name) != self.lesson:
            self.lesson = lesson_of(self.name)
            self.signs = self._signs()
        if self.name and standing().written(self.name):
            self._check([self.name])

    def _press_check(self) -> None:
        self._clear([])
        if self.name:
            self._check([self.name])

    def _press_reset(self) -> None:
        if self.name:
            self.asks_to_reset = self.name
            self.notes = [f"Put {self.name} back to its stub? Your text is kept. (y/n)"]

    def _press_quit(self) -> None:
        self.over = True

    def _reset(self, name: str) -> None:
        from autograder.upkeep.resetting import reset_exercise

        try:
            self.notes = [reset_exercise(name)]
        except (CourseError, OSError) as error:
            self.notes = [str(error)]
        for path in lesson_files(self.lesson):
            self.seen[path] = content(path)  # it is no save of the learner's
        self.signs = self._signs()
        self.verdicts.pop(name, None)

    # ---- the files -------------------------------------------------------------------------------

    def _clear(self, notes: list[str]) -> None:
        self.verdicts, self.news, self.notes = {}, [], notes

    def _signs(self) -> dict[str, str]:
        file = standing().file(self.lesson)
        return {name: sign(file, name) for name in names_of(self.lesson)}

    def _known_signs(self) -> dict[str, str]:
        """Return the signs that were checked last; what was never checked is new, unless a stub."""
        now, signs = standing(), self._signs()
        never = {name: "" if now.written(name) else signs[name] for name in signs}
        return {name: now.of(name).cell if now.of(name).when else never[name] for name in signs}

    def _check(self, names: list[str]) -> None:
        """Check, beside all else; one check at a time."""
        if self.busy:
            self.waiting = names
        elif names:
            self.busy = True
            threading.Thread(target=self._work, args=(self.lesson, names), daemon=True).start()

    def _work(self, lesson: str, names: list[str]) -> None:
        try:
            checking = Checking(learners_file(lesson), lesson, names, until_wrong=False)
            for verdict in checking.verdicts():
                self.events.put(("verdict", verdict))
            self.events.put(("checked", checking.remarks))
        except Exception as error:  # a fault of ours may not end the watching
            kind = "" if isinstance(error, CourseError) else f"{type(error).__name__}: "
            self.events.put(("failed", f"{kind}{error}"))


def content(path: Path) -> bytes:
    """Return what a file holds; nothing, if it is not there."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def watching(lesson: str | None, name: str | None) -> Watching:
    """Begin where the learner is, or where they say."""
    now = standing()
    name = name or at_hand(now, lesson)
    return Watching(lesson_of(name) if name else lesson or current_lesson(now), name)
