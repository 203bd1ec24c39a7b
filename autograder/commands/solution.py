"""Show how the course solves an exercise: once you have solved it, or if you insist."""

import argparse
import sys

from autograder.commands.options import add_exercise, chosen_exercise
from autograder.screen import Screen, add_plain
from autograder.syllabus import lesson_of
from mnist_course.errors import CourseError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Let an exercise be named."""
    add_exercise(parser)
    parser.add_argument("--yes", action="store_true", help="show it though you have not solved it")
    add_plain(parser)


def run(args: argparse.Namespace) -> int:
    """Show it, if that is what is wanted."""
    from autograder.learner.standing import standing

    screen, name = Screen(args.plain), chosen_exercise(args.exercise)
    if not (standing().of(name).solved or args.yes or _insists(name)):
        screen.line(f"Not shown. A hint may do: autograder hint {name}")
        return 1
    screen.line(f"{name}, as the course has it; yours may be as good.", "bold")
    print(solution(name))
    return 0


def _insists(name: str) -> bool:
    """Ask; where nobody can answer, say how to insist."""
    if not (sys.stdin and sys.stdin.isatty()):
        raise CourseError(
            f"{name} is not solved yet. If you want to see its solution all the same, say so: "
            f"autograder solution {name} --yes"
        )
    try:
        answer = input(f"You have not solved {name} yet. Show its solution all the same? [y/N] ")
    except EOFError:
        return False
    return answer.strip().lower() in ("y", "yes")


def solution(name: str) -> str:
    """Return the course's own answer: its solved lesson's or, without that, the reference's."""
    from autograder.clone import root
    from autograder.submission import read

    path = root() / "solutions" / f"{lesson_of(name)}.py"
    if path.is_file():
        for cell in read(path).cells:
            if cell.grade_id == name:
                return _without_marks(cell.source)
    import inspect

    from autograder.exercises import all_exercises

    return inspect.getsource(all_exercises()[name].reference).strip()


def _without_marks(source: str) -> str:
    """Leave out the lines that tell nbgrader where a solution begins and ends."""
    lines = source.strip().split("\n")
    return "\n".join(line for line in lines if not line.strip().startswith("### "))
