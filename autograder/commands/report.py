"""Report on a class: a page and a CSV of what it got right and wrong.

FOLDER is where `autograder batch` left its results. The page shows points, pass rates, mistakes,
time, how checks discriminate, and what to look at by hand; the CSV has every learner and exercise.
Ends with 0, or with 2 if there is nothing to report.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.demands import demand_folder
from autograder.commands.options import add_lesson
from autograder.screen import Screen, add_plain
from mnist_course.errors import CourseError

if TYPE_CHECKING:
    from autograder.class_report.reading import Classroom
    from autograder.class_report.sections import Part

PAGE, LINES = "report.html", "report.csv"
MOST_SHOWN = 3  # mistakes of a lesson, in the terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say which class, and where the report goes."""
    parser.add_argument(
        "folder", type=Path, nargs="?", default=Path("batch"), metavar="FOLDER",
        help="what `autograder batch` wrote (batch)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help=f"where {PAGE} and {LINES} go (the same folder)"
    )
    add_lesson(parser, "this one and no other")
    parser.add_argument(
        "--codes", type=Path, metavar="FILE",
        help="codes in place of names; FILE keeps their secret, and is made if it is not there",
    )  # fmt: skip
    parser.add_argument(
        "--who", metavar="CODE", help="write nothing, but say whose code that is (with --codes)"
    )
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Write the page and the CSV."""
    screen = Screen(args.plain)
    if args.who is not None:
        screen.line(_whose(args))
        return 0
    from autograder.class_report.reading import read

    out = args.out or args.folder
    demand_folder(out)
    classroom = read(args.folder, args.lesson, args.codes)
    parts = _write(classroom, out, screen)
    _tell(parts, screen)
    return 0


def _whose(args: argparse.Namespace) -> str:
    from autograder.class_report.codes import codes_of, secret_in
    from autograder.class_report.reading import read

    if args.codes is None or not args.codes.is_file():
        raise CourseError("--who needs --codes FILE, with the file that the codes were made with")
    codes = codes_of({e.who for e in read(args.folder).entries}, secret_in(args.codes))
    found = [learner for learner, code in codes.items() if code == args.who.strip()]
    if not found:
        raise CourseError(f"{args.who} is nobody's code in {args.folder}, by the secret given")
    return found[0]


def _write(classroom: "Classroom", out: Path, screen: Screen) -> "list[Part]":
    from autograder.class_report.alike import alike, files_of
    from autograder.class_report.lines import as_lines
    from autograder.class_report.pages import as_page
    from autograder.class_report.sections import Part
    from mnist_course.files import write_atomically

    files = files_of(classroom)
    lessons = classroom.lessons
    parts = [Part(name, classroom.of(name), alike(classroom, name, files)) for name in lessons]
    page = as_page(classroom, parts, files.remark)
    for name, text in ((PAGE, page), (LINES, as_lines(classroom))):
        write_atomically(out / name, text.encode(errors="replace"))
    if files.remark:
        screen.line(files.remark)
    learners = len({entry.who for entry in classroom.entries})
    screen.line(f"Learners: {learners:,}. The page is {out / PAGE}, the CSV {out / LINES}.")
    return parts


def _tell(parts: "list[Part]", screen: Screen) -> None:
    """Say the most frequent mistakes."""
    from autograder.class_report.figures import meaning, mistakes
    from autograder.class_report.tables import percent

    for part in parts:
        named = [found for found in mistakes(part.entries) if found.code][:MOST_SHOWN]
        if named:
            screen.line(f"{part.lesson}, the most frequent mistakes:")
        for found in named:
            count = f"{found.count:,} of {found.attempted:,}"
            what = meaning(part.lesson, found)
            screen.line(f"  {percent(found.share)}% ({count}) in {found.exercise}: {what}")
