"""Prove the checks: right answers pass, wrong ones fail as they should, mutants are caught.

`make prove` proves every exercise; `tools/prove.py conv2d relu` some of them, with every fault.
"""

import argparse
import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

from autograder.exercises import LESSONS, exercises_of
from autograder.proof import Proof, prove_many

ENOUGH = 0.97  # of the mutants


def main() -> int:
    """Print the table; fail where anything is not proven."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="exercises or lessons; without any, all")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--no-mutants", action="store_true")
    options = parser.parse_args()
    names = chosen(options.names)
    print(f"{'exercise':24} {'right':>5} {'wrong':>6} {'diagnosed':>9} {'mutants caught':>20}")
    proofs = []
    for proof in prove_many(names, options.workers, not options.no_mutants):
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
    mutants, caught = (sum(getattr(p, n) for p in proofs) for n in ("mutants", "caught"))
    unproven = sum(not fault.startswith("survivor") for p in proofs for fault in p.faults)
    print(
        f"{len(proofs)} exercises, {sum(p.right for p in proofs)} right answers accepted, "
        f"{sum(p.wrong for p in proofs)} wrong ones caught, {sum(p.diagnosed for p in proofs)} "
        f"diagnosed as asked, {caught} of {mutants} mutants caught; {unproven} faults"
    )
    return 0 if proofs and not unproven and caught >= ENOUGH * mutants else 1


if __name__ == "__main__":
    sys.exit(main())
