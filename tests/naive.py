"""A grader as most are: the learner's code runs in its own process, and the points are made there.

`python tests/naive.py OUT FILE...` grades files of lesson 3, one after the other, and appends one
JSON object a file to OUT. It is what the attacks are tried on to show that they work: nothing here
defends it, and nobody should grade with it.
"""

import json
import sys
from pathlib import Path

LESSON = "03_conv_layers"


def main(out: str, *files: str) -> None:
    """Grade every file, and write down what it got, as soon as that is known."""
    for file in files:
        result = graded(Path(file))
        with Path(out).open("a") as results:
            results.write(json.dumps(result) + "\n")
        print(file, result["score"], "of", result["max_score"], flush=True)


def graded(path: Path) -> dict[str, object]:
    """Run a learner's file right here, and count its points."""
    from autograder import submission
    from autograder.exercises import exercises_of
    from autograder.grading import grade
    from autograder.report import as_text
    from autograder.runner import InProcess

    run = submission.run(path)
    runner = InProcess(run.namespace, run.troubles, watched=True)
    verdicts = [grade(exercise, runner, seed=1) for exercise in exercises_of(LESSON)]
    for verdict in verdicts:
        if verdict.status != "missing":
            print(as_text(verdict), flush=True)
    score, most = sum(v.score for v in verdicts), sum(v.max_score for v in verdicts)
    return {"path": str(path), "score": score, "max_score": most}


if __name__ == "__main__":
    main(*sys.argv[1:])
