"""How long a check takes: CPU seconds for the solution of each exercise, on one thread.

python -m benchmarks.checks [EXERCISE...]
"""

import sys
import time

import torch

from autograder.exercises import LESSONS, exercises_of
from autograder.grading import grade
from autograder.proof import ROOT
from autograder.runner import InProcess
from autograder.submission import run


def main() -> None:
    """Print a line an exercise; the first of all also pays for imports."""
    torch.set_num_threads(1)
    names, slowest = sys.argv[1:], 0.0
    for lesson in LESSONS:
        submission = run(ROOT / "solutions" / f"{lesson}.py")
        runner = InProcess(submission.namespace, submission.troubles)
        for exercise in exercises_of(lesson):
            if names and exercise.name not in names:
                continue
            before = time.process_time()
            verdict = grade(exercise, runner, seed=1)
            seconds = time.process_time() - before
            slowest = max(slowest, seconds)
            print(f"{exercise.name:24} {verdict.status:10} {seconds:6.2f}", flush=True)
    print(f"The slowest takes {slowest:.1f} CPU seconds.")


if __name__ == "__main__":
    main()
