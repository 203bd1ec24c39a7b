"""What nbgrader runs in place of its own steps: `configure` puts them into its configuration."""

import os
import shutil
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor, SaveAutoGrades
from traitlets import Enum, Float, Integer

from autograder.nbgrading import desk
from autograder.nbgrading.notebooks import (
    is_by_hand,
    lesson_of,
    marks_of,
    notebook_at,
    restored,
    show,
    strangers,
    submission_at,
)
from autograder.report import Report, as_json
from autograder.sandbox.host import IsolationError
from autograder.submission import Submission


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
        lesson = lesson_of(where["notebook"], nb.cells)
        if lesson is None:
            self.log.warning("%s is no lesson: nbgrader runs it itself", where["notebook"])
            done: tuple[Any, Any] = Execute(parent=self.parent).preprocess(nb, resources)
            return done
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
        return desk.grade(submission, lesson, settings)

    def _stop(self, where: Any, error: IsolationError) -> None:
        """End the batch, loudly: no other notebook could be graded either, and none seems to be."""
        course = self.parent.parent.coursedir
        folder = course.format_path(
            course.autograded_directory, where["student"], where["assignment"]
        )
        shutil.rmtree(os.path.normpath(folder), ignore_errors=True)
        raise SystemExit(f"nbgrader autograde: nothing was graded. {error}") from error


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]
    """Saves points as nbgrader does, and asks for a person where a cell was not run."""

    def _add_score(self, cell: Any, resources: Any) -> None:
        super()._add_score(cell, resources)
        if is_by_hand(cell):
            where = (self.notebook_id, self.assignment_id, self.student_id)
            grade = self.gradebook.find_grade(cell.metadata.nbgrader["grade_id"], *where)
            grade.auto_score, grade.needs_manual_grade = None, True
            self.gradebook.db.commit()


class TellByHand(NbGraderPreprocessor):  # type: ignore[misc]
    """Says, when a lesson is released, which cells will wait for a person."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Look for cells that were added to be run for points."""
        name = resources["nbgrader"]["notebook"]
        lesson = lesson_of(name, nb.cells)
        for added in strangers(lesson, nb.cells) if lesson else []:
            self.log.warning(
                "%s: the cell %s is no check of the course: it is not run, and its points are "
                "given by hand, in formgrader", name, added,
            )  # fmt: skip
        return nb, resources
