"""What nbgrader runs in place of its own steps: `configure` puts them into its configuration."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum, Float, Integer

from autograder.nbgrading import desk
from autograder.nbgrading.notebooks import marks_of, notebook_at, restored, show, submission_at
from autograder.report import Report, as_json
from autograder.sandbox.host import IsolationError
from autograder.submission import Submission
from autograder.syllabus import LESSONS


class AnyNotebook(NotebookExporter):
    """Reads whatever was handed in: a file that is no notebook is one without cells."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a file; it is read in bounded memory, and never refused."""
        path, found = Path(filename), ResourcesDict()
        found.update(resources or {})
        found["metadata"] = ResourcesDict(name=path.stem, path=str(path.parent))
        notebook: Any = notebook_at(path)
        done: tuple[Any, dict[str, Any]] = self.from_notebook_node(notebook, found, **kw)  # type: ignore[no-untyped-call]
        return done


class Restore(NbGraderPreprocessor):  # type: ignore[misc]
    """Gives the cells that were released their marks back; nothing that was handed in counts."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Build the notebook anew by what the gradebook knows of it."""
        where = resources["nbgrader"]
        with Gradebook(where["db_url"]) as gradebook:
            marks = marks_of(gradebook.find_notebook(where["notebook"], where["assignment"]))
        return restored(nb, marks), resources


class IsolatedGrader(NbGraderPreprocessor):  # type: ignore[misc]
    """Grades what was handed in as `autograder grade` does, in place of nbgrader's Execute."""

    seed = Integer(
        None, min=0, max=2**31 - 1, allow_none=True,
        help="Draws the inputs of the checks; a new one for each batch, if none is given.",
    ).tag(config=True)  # fmt: skip
    data = Enum(
        ["digits", "mnist"], "digits", help="What trained networks are judged on."
    ).tag(config=True)  # fmt: skip
    isolation = Enum(
        ["full", "process"], "full",
        help="process: time and memory are bounded, but nothing is hidden.",
    ).tag(config=True)  # fmt: skip
    timeout = Float(600.0, min=1, help="Seconds for a whole notebook, by the clock.").tag(
        config=True
    )

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Write into each cell that checks its points and the message, and the report on top."""
        where = resources["nbgrader"]
        lesson = _lesson(where["notebook"], where["assignment"])
        try:
            report = self._report(self._submission(where), lesson)
        except IsolationError as error:
            self._stop(where, error)
        show(report, nb)
        nb.metadata["autograder"] = as_json(report)
        self.log.info("%s of %s points, seed %s", report.score, report.max_score, report.seed)
        return nb, resources

    def _submission(self, where: Any) -> Submission:
        course = self.parent.parent.coursedir
        folder = course.format_path(
            course.submitted_directory, where["student"], where["assignment"]
        )
        return submission_at(Path(folder, f"{where['notebook']}.ipynb"))

    def _report(self, submission: Submission, lesson: str) -> Report:
        settings = desk.Settings(self.seed, self.data, self.isolation, self.timeout)
        report = desk.grade(submission, lesson, settings)
        path = submission.path  # learners need not know where it lies
        warnings = [warning.replace(str(path), path.name) for warning in report.warnings]
        return replace(report, path=path.name, warnings=warnings)

    def _stop(self, where: Any, error: IsolationError) -> None:
        """End the batch, loudly: no other notebook could be graded either, and none seems to be."""
        course = self.parent.parent.coursedir
        folder = course.format_path(
            course.autograded_directory, where["student"], where["assignment"]
        )
        shutil.rmtree(os.path.normpath(folder), ignore_errors=True)
        raise SystemExit(f"nbgrader autograde: nothing was graded. {error}") from error


def _lesson(*names: str) -> str:
    """Return the lesson that a notebook or its assignment is called by."""
    found = [name for name in names if name in LESSONS]
    if found:
        return found[0]
    raise ValueError(
        f"neither {names[0]}.ipynb nor the assignment {names[1]} is called after a lesson "
        f"({', '.join(LESSONS)}): what it asks for is not known"
    )
