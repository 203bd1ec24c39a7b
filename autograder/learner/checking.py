"""One check of a learner's file: asked for, received piece by piece, and remembered."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.clone import shown
from autograder.exercise import Check, Verdict
from autograder.learner import helper, progress
from autograder.learner.standing import sign
from autograder.submission import Submission, read
from mnist_course.errors import CourseError


@dataclass
class Checking:
    """What is checked, and what else was said of it when it was over."""

    path: Path
    lesson: str
    names: Sequence[str]
    until_wrong: bool = True  # whether to stop at the first that is not right
    seed: int | None = None
    remember: bool = True
    remarks: list[str] = field(default_factory=list)
    output: str = ""  # what the learner's cells printed
    isolation: str = ""

    def verdicts(self) -> Iterator[Verdict]:
        """Yield them as they come."""
        file = read(self.path.resolve())
        if not file.cells and file.warnings:
            raise CourseError(file.warnings[0].replace(str(file.path), shown(self.path)))
        question = {
            "file": str(self.path.resolve()), "lesson": self.lesson, "names": list(self.names),
            "until_wrong": self.until_wrong, "seed": self.seed,
        }  # fmt: skip
        with closing(helper.ask(question)) as answers:
            for said in answers:
                if "failed" in said:
                    raise CourseError(said["failed"])
                if "verdict" in said:
                    verdict = as_verdict(said["verdict"])
                    self._remember(verdict, file)
                    yield verdict
                else:
                    self._take(said["over"])

    def _take(self, over: dict[str, Any]) -> None:
        self.isolation, self.output, self.seed = over["isolation"], over["output"], over["seed"]
        self.remarks += over["warnings"]

    def _remember(self, verdict: Verdict, file: Submission) -> None:
        if not self.remember:
            return
        try:
            cell = sign(file, verdict.name)
            progress.note(verdict.name, verdict.score, verdict.status, cell)
        except OSError as error:
            self.remember = False
            self.remarks.append(f"This could not be remembered: {error}")


def as_verdict(said: dict[str, Any]) -> Verdict:
    """Build a verdict from plain data."""
    return Verdict(**{**said, "checks": [Check(**check) for check in said["checks"]]})
