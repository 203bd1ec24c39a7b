"""Carry your work into lessons that have changed.

After `git pull` brought new lessons, answers, notes and cells of your own are carried into them,
cell by cell. Of every file that changes a copy is kept in the folder `backups` beside it. Ends
with 0, with 1 where something should be looked at, with 2 where something could not be done.
"""

import argparse
from pathlib import Path

from autograder import clone
from autograder.screen import add_plain
from autograder.syllabus import LESSONS
from mnist_course.errors import CourseError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say where new lessons, or old work, come from."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--pull", action="store_true", help="pull first, also where `git pull` refuses"
    )
    where.add_argument(
        "--from", dest="source", type=Path, metavar="FOLDER",
        help="carry the work of another folder here: an older download or clone",
    )  # fmt: skip
    parser.add_argument("--dry-run", action="store_true", help="show it, and write nothing")
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Carry the work, and say what was done."""
    # All that is needed is imported before a pull replaces it.
    from autograder import release  # noqa: F401
    from autograder.upkeep.updating import Update

    if args.pull and args.dry_run:
        raise CourseError("What a pull would bring is not known before it: leave --dry-run out.")
    source = _lessons_in(args.source) if args.source else None
    if source == clone.lessons_folder().resolve():  # what is there is here already
        source = None
    update = Update(dry=args.dry_run, source=source)
    if args.pull:
        import jupytext  # noqa: F401

        from autograder.upkeep.pulling import pulled

        update.saved = pulled()
    return update.all()


def _lessons_in(folder: Path) -> Path:
    """Return the folder with lessons in it: the one that is named, or its `lessons`."""
    for place in (folder.expanduser() / "lessons", folder.expanduser()):
        if any((place / f"{lesson}{kind}").is_file() for lesson in LESSONS for kind in clone.KINDS):
            return place.resolve()
    raise CourseError(f"There are no lessons in {folder}: name the folder of an older download.")
