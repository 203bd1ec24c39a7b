"""Prove the checks: right answers pass, wrong ones fail as they should, mutants are caught.

`make prove` proves every exercise; `tools/prove.py conv2d relu` some of them, with every fault.
"""

import argparse
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

from autograder.exercises import LESSONS, exercises_of
from autograder.proof import PARTS, Proof, prove_many


def main() -> int:
    """Print the table; fail where anything is not proven."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="exercises or lessons; without any, all")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--part", choices=PARTS, help="prove with answers, or with mutants, alone")
    options = parser.parse_args()
    names = chosen(options.names)
    parts = [options.part] if options.part else PARTS
    print(f"{'exercise':24} {'right':>5} {'wrong':>6} {'diagnosed':>9} {'mutants caught':>20}")
    proofs = []
    for proof in prove_many(names, options.workers, parts):
        proofs.append(proof)
        show(proof)
    if not proofs:
        print("Nothing was proven: there is no such exercise.")
    return show_sum(proofs)


def chosen(names: list[str]) -> list[str]:
    """Return the exercises that were named, by their own names or by their lesson's."""
    return [
        exercise.name
        for lesson in LESSONS
        for exercise in exercises_of(lesson)
        if not names or lesson in names or exercise.name in names
    ]


def show(proof: Proof) -> None:
    """Print one line, and below it what is not proven."""
    share = f"{proof.caught}/{proof.mutants} +{proof.equivalent} equal"
    print(f"{proof.name:24} {proof.right:5} {proof.wrong:6} {proof.diagnosed:9} {share:>20}")
    for fault in proof.faults:
        print(f"    {fault}")
    sys.stdout.flush()


def show_sum(proofs: list[Proof]) -> int:
    """Print the last line; return 1 where something is not proven."""
    names = ("right", "wrong", "diagnosed", "caught", "mutants", "equivalent")
    right, wrong, diagnosed, caught, mutants, equivalent = (
        sum(getattr(proof, name) for proof in proofs) for name in names
    )
    faults = sum(len(proof.faults) for proof in proofs)
    print(
        f"{len(proofs)} exercises, {right} right answers accepted, {wrong} wrong ones caught, "
        f"{diagnosed} diagnosed as asked; {caught} of {mutants} mutants caught, {equivalent} more "
        f"explained as equal; {faults} faults"
    )
    return 0 if proofs and not faults else 1


if __name__ == "__main__":
    sys.exit(main())
