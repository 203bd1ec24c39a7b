"""`pytest solutions` and `pytest lessons`: each exercise of each lesson is an item, with points."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LEFT = "not attempted"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which data the minimum accuracies are measured on."""
    parser.addoption(
        "--data",
        default="digits",
        choices=("digits", "mnist"),
        help="what lessons are trained and judged on: the embedded digits, or real MNIST",
    )
    parser.addoption("--seed", type=int, default=None, help="repeat a grading of lessons exactly")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take a file that has the name of a lesson."""
    from autograder.syllabus import LESSONS

    if file_path.suffix not in (".py", ".ipynb") or file_path.stem not in LESSONS:
        return None
    return LessonFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Collector | None:
    """Keep pytest from importing a lesson that was named outright: it is run once, and by us."""
    from autograder.syllabus import LESSONS

    return Nothing.from_parent(parent, path=module_path) if module_path.stem in LESSONS else None


class Nothing(pytest.File):
    """A file in which there are no tests."""

    def collect(self) -> list[pytest.Item]:
        """Find nothing."""
        return []


class LessonFile(pytest.File):
    """A lesson, solved or not."""

    submitted: Any = None  # the runner, once the file was run

    def collect(self) -> Iterator[pytest.Item]:
        """Yield its exercises, whether the file defines them or not."""
        from autograder.exercises import exercises_of

        for exercise in exercises_of(self.path.stem):
            yield ExerciseItem.from_parent(self, name=exercise.name, exercise=exercise)

    def runner(self) -> Any:
        """Run the file, once, when its first exercise is graded."""
        if self.submitted is None:
            from autograder.runner import InProcess
            from autograder.submission import run

            submission = run(self.path)
            self.submitted = InProcess(submission.namespace, submission.troubles)
        return self.submitted


class NotCorrectError(Exception):
    """An exercise without all its points; the text is the verdict."""


class ExerciseItem(pytest.Item):
    """One exercise of one file."""

    def __init__(self, *, exercise: Any, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.exercise = exercise

    def runtest(self) -> None:
        """Grade it."""
        from autograder.grading import grade
        from autograder.report import as_text

        seed = _seed(self.config)
        data = self.config.getoption("--data")
        verdict = grade(self.exercise, self.parent.runner(), seed, data)  # type: ignore[union-attr]
        points = (verdict.score, verdict.max_score, verdict.status)
        self.user_properties.append(("points", points))
        if verdict.status != "correct":
            raise NotCorrectError(as_text(verdict))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the verdict, and no traceback."""
        from autograder.nbformats import UnreadableSubmissionError

        if isinstance(excinfo.value, NotCorrectError | UnreadableSubmissionError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the lesson and the exercise."""
        return self.path, None, f"{self.path.stem}: {self.name}"


def _seed(config: pytest.Config) -> int:
    """Return the seed of this run: the one that was asked for, or a new one."""
    import secrets

    if config.option.seed is None:
        config.option.seed = secrets.randbits(31)
    return int(config.option.seed)


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, str] | None:
    """Show the points in place of PASSED, and an unwritten exercise as not attempted."""
    points: Any = dict(getattr(report, "user_properties", [])).get("points")
    if points is None or report.when != "call":
        return None
    score, most, status = points
    if status in ("not_attempted", "missing"):
        return LEFT, "-", f"{status.replace('_', ' ').upper()} 0/{most}"
    word = "PASSED" if report.passed else "FAILED"
    return report.outcome, "." if report.passed else "F", f"{word} {score}/{most}"


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the points of every lesson."""
    totals: dict[str, list[int]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            points = dict(getattr(report, "user_properties", [])).get("points")
            if points and report.when == "call":
                lesson = totals.setdefault(Path(report.nodeid.split("::")[0]).stem, [0, 0])
                lesson[0] += points[0]
                lesson[1] += points[1]
    for name, (score, most) in sorted(totals.items()):
        terminalreporter.write_line(f"{name}: {score} of {most} points")
    if totals:
        score, most = map(sum, zip(*totals.values(), strict=True))
        terminalreporter.write_line(
            f"{score} of {most} points (--seed {_seed(config)} repeats this)"
        )
