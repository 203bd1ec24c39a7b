"""Grade a sample answer, to show what the autograder says: a part of `make start`."""

from autograder.exercises import all_exercises
from autograder.proof import ROOT, graded
from autograder.report import as_text

SAMPLE = ROOT / "tests" / "answers" / "conv2d" / "wrong_flipped.py"


def main() -> None:
    """Grade it, with a seed that is always the same, and show the verdict."""
    print("\nA learner's answer to `conv2d`, graded:\n")
    print(as_text(graded(all_exercises()["conv2d"], SAMPLE, seed=1)))
    print(
        "\nYour turn: `source .venv/bin/activate`, then `autograder` says where you are and what "
        "comes next,\nand `make lab` opens the lessons. `make help` lists the rest."
    )


if __name__ == "__main__":
    main()
