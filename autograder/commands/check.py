"""Check what you wrote, and say what is wrong and why: the first that is not right.

Without a name it is the lesson that you saved last. Inputs are drawn anew each time; your code runs
in a room of its own where this machine can build one. Ends with 0 if all that was checked is right,
with 1 if something is not, with 2 if nothing could be checked.
"""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.clone import KINDS, learners_file, lesson_files, shown, understood
from autograder.commands.options import add_seed, add_target
from autograder.screen import Screen, add_plain
from autograder.syllabus import asked_for, names_of

if TYPE_CHECKING:
    from autograder.exercise import Verdict
    from autograder.learner.checking import Checking
    from autograder.learner.standing import Standing


NOWHERE = (Path(), Path("lessons"))
MOST_OUTPUT = 10  # lines of what the file printed


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what to check."""
    add_target(parser, "or a file; the lesson that you saved last, if nothing is named")
    parser.add_argument("--all", action="store_true", help="every exercise, not up to the first")
    add_seed(parser)
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Check, and say how it went."""
    from autograder.learner.checking import Checking
    from autograder.learner.standing import standing

    screen, before = Screen(args.plain), standing()
    path, lesson, names = _what(args.target, before, args.all)
    own = _is_own(path, lesson)
    checking = Checking(path, lesson, names, not args.all, args.seed, remember=own)
    screen.line(shown(path), "bold")
    found: list[Verdict] = []
    for verdict in checking.verdicts():
        found.append(verdict)
        screen.verdict(verdict)
    _say_remarks(screen, checking, before.remark)
    _say_where(screen, before, lesson, names, found)
    return 0 if all(one.status == "correct" for one in found) else 1


def _what(target: str | None, now: "Standing", everything: bool) -> tuple[Path, str, list[str]]:
    """Return the file, the lesson and its exercises, in the order in which to look at them."""
    from autograder.learner.standing import current_lesson

    if target and _is_path(target):
        path = Path(target).expanduser()
        lesson, name = _lesson_in(path, now), None
    else:
        lesson, name = understood(target) if target else (current_lesson(now), None)
        path = learners_file(lesson)
    if name:
        return path, lesson, [name]
    names = names_of(lesson)
    return path, lesson, names if everything else _telling_first(now, names)


def _telling_first(now: "Standing", names: list[str]) -> list[str]:
    """Put first what is written and not known to be right, and last what is not written."""
    to_do = now.to_do(names)
    return sorted(names, key=lambda name: 2 * (not now.written(name)) + (name not in to_do))


def _is_path(target: str) -> bool:
    """Tell whether a file is named, and not only a lesson by the name of its file."""
    path = Path(target)
    return target.lower().endswith(KINDS) and (path.exists() or path.parent not in NOWHERE)


def _is_own(path: Path, lesson: str) -> bool:
    """Tell whether this is the learner's file, whose points are theirs."""
    return path.resolve() in [own.resolve() for own in lesson_files(lesson)]


def _lesson_in(path: Path, now: "Standing") -> str:
    """Tell the lesson of a file that was named, and let that file count."""
    from autograder.submission import lesson_of_file, read

    file = read(path.resolve())
    lesson = lesson_of_file(file)
    now.files[lesson] = file
    return lesson


def _say_remarks(screen: Screen, checking: "Checking", remark: str) -> None:
    from autograder.report import printed

    for text in filter(None, [*checking.remarks, remark]):
        screen.line(f"! {text}", "yellow")
    if checking.isolation == "none":
        screen.line("! This ran without isolation: autograder doctor says why.", "yellow")
    for text in printed(checking.output.splitlines(), MOST_OUTPUT, "print less to see them"):
        screen.line(text, "dim")


def _say_where(
    screen: Screen, before: "Standing", lesson: str, names: list[str], found: "list[Verdict]"
) -> None:
    """Say how far this lesson is, and what to type next."""
    from autograder.learner.progress import recall
    from autograder.learner.standing import next_exercise

    now = replace(before, records=recall()[0])
    all_names = names_of(lesson)
    most = sum(asked_for()[name].points for name in all_names)
    screen.line(
        f"{lesson}: {len(now.solved(all_names))} of {len(all_names)} solved, "
        f"{now.points(all_names)} of {most} points."
    )
    wrong = next((one for one in found if one.status != "correct"), None)
    if wrong is not None:
        screen.line(f"Stuck? autograder hint {wrong.name}", "dim")
    elif upcoming := next_exercise(now, lesson, names[-1] if len(names) == 1 else ""):
        screen.line(f"Next: {upcoming} ({now.place(upcoming) or 'not in your file'})", "bold")
    else:
        screen.line("All exercises of the course are solved: autograder submit", "green")
