"""Hand a lesson in: grade it as the grader will, and write it down with its hash.

Without a name it is the lesson that you worked on last. What is written is a bundle, a zip, in
`submissions` or the folder of --to; a course's folder in nbgrader's exchange gets what nbgrader
collects. Missing points do not matter. Ends with 0 if it was handed in, with 2 if not.
"""

import argparse
import getpass
import os
import secrets
import textwrap
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import bundle, clone
from autograder.commands.options import add_target
from autograder.sandbox.host import IsolationError, Zygote
from autograder.screen import add_plain, in_words
from autograder.submission import Submission, lesson_of_file, read
from autograder.syllabus import LESSONS, names_of
from autograder.texts import one_line, printable
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from autograder.exercise import Verdict
    from autograder.report import Report

FOLDER = "submissions"  # in the clone
WIDTH = 80
SEES = (
    "The grader sees this file alone, as it was when it was read just now: no other file, no "
    "output, and no cell that is tagged experiment. It draws inputs anew, so that points may "
    "differ where chance plays a part, as in training, and nowhere else. Your points are not "
    "handed in."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what to hand in, where to, and by whom."""
    add_target(parser, "or a file; the lesson that you saved last, if nothing is named")
    parser.add_argument(
        "--to", type=Path, metavar="FOLDER",
        help="a folder, or that of a course in nbgrader's exchange (submissions)",
    )  # fmt: skip
    parser.add_argument("--as", dest="name", metavar="NAME", help="your name, if not that of login")
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Read once, grade, write; what is written is what was graded."""
    path, lesson = _meant(args.target)
    saved = datetime.fromtimestamp(path.stat().st_mtime)
    submission = read(path.resolve(), keep=True)
    _demand_content(submission, path)
    folder, learner = _place(args.to, lesson), _learner(args.name)
    print(
        f"{one_line(clone.shown(path))}\n  SHA-256 {submission.sha256[:12]}…, saved "
        f"{saved:%Y-%m-%d %H:%M}, for {one_line(learner)}",
        flush=True,
    )
    _show_grading(submission, lesson, path, args.plain)
    print(textwrap.fill(SEES, WIDTH))
    written = _written(submission, lesson, learner, folder)
    print(f"Handed in: {one_line(clone.shown(written))}")
    if _changed(submission, path):
        print("It was saved anew meanwhile. To hand that in, too: autograder submit " + lesson)
    return 0


# ---- which file, whose, where to -----------------------------------------------------------------


def _meant(text: str | None) -> tuple[Path, str]:
    """Return the file to hand in, and its lesson."""
    if text is None:
        return _last_worked_on()
    path = Path(text).expanduser()
    if path.suffix.lower() in clone.KINDS:
        if not path.is_file() and path.parent == Path():
            path = clone.lessons_folder() / path
        if not path.is_file():
            raise CourseError(f"There is no file {clone.shown(path)}: was it saved?")
        return path, lesson_of_file(read(path.resolve()))
    lesson, _ = clone.understood(text)
    return clone.learners_file(lesson), lesson


def _last_worked_on() -> tuple[Path, str]:
    found = [
        (path, lesson)
        for lesson in LESSONS
        for path in clone.lesson_files(lesson)
        if clone.has_work(path, lesson)
    ]
    if not found:
        raise CourseError(
            f"Nothing in {clone.shown(clone.lessons_folder())} is begun yet. To hand in a lesson "
            "as it is, name it: autograder submit 01_data"
        )
    return max(found, key=lambda one: one[0].stat().st_mtime_ns)


def _demand_content(submission: Submission, path: Path) -> None:
    if path.stat().st_size and not submission.content:  # too many bytes: it says so
        raise CourseError(f"It was not handed in. {submission.warnings[0]}")
    if not submission.content.strip():
        raise CourseError(f"{clone.shown(path)} is empty: save it in your editor first")


def _place(to: Path | None, lesson: str) -> Path:
    """Return the folder to write into; refuse it at once, if that will not work."""
    from autograder import exchange

    if to is None:
        folder = clone.root() / FOLDER
        folder.mkdir(exist_ok=True)
    else:
        folder = to.expanduser()
        if not folder.is_dir():
            what = "is a file" if folder.exists() else "is not there"
            raise CourseError(f"--to {to} {what}: name a folder that exists")
    if exchange.is_course(folder):
        exchange.demand_open(folder, lesson)
    elif not os.access(folder, os.W_OK | os.X_OK):
        raise CourseError(f"{folder} cannot be written: nothing may be put into that folder")
    else:
        exchange.demand_no_root(folder)
    return folder


def _learner(name: str | None) -> str:
    """Return who hands it in; where all are called jovyan, the hub knows better."""
    if name is not None and not name.strip():
        raise CourseError("--as needs a name")
    if name:
        return name.strip()
    try:
        found = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "learner"
    return os.environ.get("JUPYTERHUB_USER", found) if found == "jovyan" else found


# ---- what the grader will say --------------------------------------------------------------------


def _show_grading(submission: Submission, lesson: str, path: Path, plain: bool) -> None:
    try:
        report = _graded(submission, lesson)
    except IsolationError as error:
        why = one_line(str(error))
    except Exception as error:  # whatever is wrong here, it may be right there
        why = f"{type(error).__name__}: {one_line(str(error))}"
    else:
        _show(report, plain)
        if not any(_begun(verdict) for verdict in report.verdicts):
            print("! Nothing of it is written yet. It is handed in all the same.")
        return
    _say_all(submission.warnings)
    if not clone.has_work(path, lesson):
        print("! Nothing of it seems to be written yet.")
    print(textwrap.fill(f"It cannot be graded here ({why}). It is handed in all the same.", WIDTH))


def _graded(submission: Submission, lesson: str) -> "Report":
    """Grade it, isolated as well as this machine can."""
    try:
        return _graded_in(submission, lesson, "full")
    except IsolationError:
        return _graded_in(submission, lesson, "process")


def _graded_in(submission: Submission, lesson: str, isolation: str) -> "Report":
    with Zygote(lesson, set(names_of(lesson)), isolation) as zygote:
        import torch

        from autograder.key import Key
        from autograder.marking import mark

        torch.set_num_threads(1)
        zygote.wait()
        return mark(submission, lesson, zygote, Key(secrets.randbits(31)))


def _show(report: "Report", plain: bool) -> None:
    """Print a line an exercise, what is odd, and the points."""
    from autograder.report import mark

    for verdict in report.verdicts:
        points = f"{verdict.score}/{verdict.max_score}"
        line = f"  {mark(verdict)} {verdict.name:22} {points:>6}  {_state(verdict)}"
        print(printable(in_words(line) if plain else line).rstrip())
    _say_all(report.warnings)
    room = "" if report.isolation == "full" else ", graded without full isolation"
    print(f"{report.score} of {report.max_score} points{room}.")


def _state(verdict: "Verdict") -> str:
    if verdict.status == "correct":
        return ""
    return "not begun" if not _begun(verdict) else verdict.misconception or verdict.status


def _begun(verdict: "Verdict") -> bool:
    return verdict.status not in ("not_attempted", "missing")


def _say_all(warnings: list[str]) -> None:
    for text in warnings:
        print(textwrap.fill(one_line(f"! {text}"), WIDTH, subsequent_indent="  "))


# ---- writing -------------------------------------------------------------------------------------


def _written(submission: Submission, lesson: str, learner: str, folder: Path) -> Path:
    from autograder import exchange

    if exchange.is_course(folder):
        return exchange.hand_in(submission, lesson, bundle.safe(learner), folder)
    name = f"{lesson}{submission.path.suffix.lower()}"
    return bundle.write(folder, name, submission.content, lesson, learner)


def _changed(submission: Submission, path: Path) -> bool:
    try:
        return read(path.resolve()).sha256 != submission.sha256
    except CourseError:
        return True
