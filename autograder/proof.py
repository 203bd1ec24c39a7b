"""The proof that the checks work: right answers pass, wrong ones fail with the right diagnosis.

`make prove` prints it as a table; the tests run all of it but the mutants.
"""

import inspect
import io
import types
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from autograder.exercise import Exercise, Misconception, Verdict
from autograder.exercises import all_exercises, lesson_of
from autograder.grading import grade, passes
from autograder.mutants import Mutant, mutants
from autograder.runner import InProcess
from autograder.submission import read_cells, run

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("answers", "mutants")
SEEDS = (1, 2, 3)
LONG = 30  # seconds: what may take that long trains a network, and is tried with one seed


@dataclass
class Proof:
    """What was tried on one exercise, and what is wrong with its checks."""

    name: str
    right: int = 0
    wrong: int = 0
    diagnosed: int = 0
    mutants: int = 0
    caught: int = 0
    equivalent: int = 0
    faults: list[str] = field(default_factory=list)


def answers(exercise: Exercise) -> Path:
    """Return the folder of answers; `Conv2d` and `conv2d` are one name on some file systems."""
    name = "Conv2d_layer" if exercise.name == "Conv2d" else exercise.name
    return ROOT / "tests" / "answers" / name


def seeds(exercise: Exercise) -> tuple[int, ...]:
    """Return the seeds to try an exercise with."""
    return SEEDS[:1] if any(case.limit >= LONG for case in exercise.cases) else SEEDS


def graded(exercise: Exercise, path: Path, seed: int) -> Verdict:
    """Grade an answer file, as a learner's would be."""
    submission = run(path)
    return grade(exercise, InProcess(submission.namespace, submission.troubles), seed)


def graded_mistake(exercise: Exercise, misconception: Misconception, seed: int) -> Verdict:
    """Grade a misconception's own wrong answer; it may call the reference, and is not watched."""
    return grade(exercise, InProcess({exercise.name: misconception.wrong}, watched=False), seed)


def fault_of_right(exercise: Exercise, path: Path, seed: int) -> str | None:
    """Say what is wrong with the verdict on a right answer."""
    verdict = graded(exercise, path, seed)
    if verdict.status == "correct":
        return None
    return f"{path.name} (seed {seed}) is right, but: {verdict.score}/{verdict.max_score}, " + (
        verdict.message.replace("\n", " ")
    )


def fault_of_wrong(exercise: Exercise, path: Path, seed: int) -> str | None:
    """Say what is wrong with the verdict on a wrong answer, its diagnosis included."""
    asked = diagnosis_of(path)
    return _fault(exercise, graded(exercise, path, seed), asked, f"{path.name} (seed {seed})")


def fault_of_mistake(exercise: Exercise, misconception: Misconception, seed: int) -> str | None:
    """Say what is wrong with the verdict on a misconception."""
    verdict = graded_mistake(exercise, misconception, seed)
    return _fault(exercise, verdict, misconception.code, f"{misconception.code} (seed {seed})")


def _fault(exercise: Exercise, verdict: Verdict, asked: str | None, what: str) -> str | None:
    if verdict.score >= exercise.points:
        return f"{what} is wrong, but got all points"
    if verdict.misconception != asked:
        return f"{what} was diagnosed as {verdict.misconception}, not {asked}"
    return None


def diagnosis_of(path: Path) -> str | None:
    """Return the code that the first line of a wrong answer asks for."""
    first = path.read_text().split("\n", 1)[0]
    head, _, code = first.partition("# diagnosis:")
    if head or not code.strip():
        raise ValueError(f"{path} must begin with '# diagnosis: CODE' or '# diagnosis: none'")
    return None if code.strip() == "none" else code.strip()


def solution(exercise: Exercise) -> str:
    """Return the solved cell of an exercise, from its lesson."""
    path = ROOT / "solutions" / f"{lesson_of(exercise.name)}.py"
    cells = read_cells(path)
    return next(cell.source for cell in cells if cell.grade_id == exercise.name)


def is_caught(exercise: Exercise, mutant: Mutant) -> bool:
    """See whether a mutant loses points; one that does not even run does."""
    home = import_module(inspect.getmodule(exercise.reference).__name__)  # type: ignore[union-attr]
    module = types.ModuleType("mutant")
    module.__dict__.update({k: v for k, v in vars(home).items() if not k.startswith("__")})
    try:
        exec(compile(mutant.source, "mutant", "exec"), module.__dict__)
    except Exception:
        return True
    runner = InProcess({exercise.name: module.__dict__[exercise.name]}, watched=False)
    return not passes(exercise, runner, seed=1)


def equivalents(exercise: Exercise) -> dict[str, str]:
    """Return the mutants that change nothing, each with the reason."""
    path = answers(exercise) / "equivalent.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    pairs = (line.rpartition("  # ") for line in lines if line.strip())
    return {mutant.strip(): why for mutant, _, why in pairs}


def prove(exercise: Exercise, parts: Sequence[str] = PARTS) -> Proof:
    """Try everything on one exercise, or a part of it."""
    proof = Proof(exercise.name)
    if "answers" in parts:
        _prove_answers(exercise, proof)
    if "mutants" in parts:
        _prove_mutants(exercise, proof)
    return proof


def _prove_answers(exercise: Exercise, proof: Proof) -> None:
    folder = answers(exercise)
    wrong: list[Callable[[int], str | None]] = [
        *(partial(fault_of_wrong, exercise, path) for path in sorted(folder.glob("wrong_*.py"))),
        *(partial(fault_of_mistake, exercise, one) for one in exercise.misconceptions),
    ]
    for path in sorted(folder.glob("right_*.py")):
        proof.right += not _faults(partial(fault_of_right, exercise, path), exercise, proof)
    for attempt in wrong:
        faults = _faults(attempt, exercise, proof)
        proof.wrong += not any("got all points" in fault for fault in faults)
        proof.diagnosed += not faults
    proof.faults += too_few(exercise)


def _faults(attempt: Callable[[int], str | None], exercise: Exercise, proof: Proof) -> list[str]:
    """Try with every seed; put what is wrong into the proof, and return it."""
    faults = [fault for seed in seeds(exercise) if (fault := attempt(seed))]
    proof.faults += faults
    return faults


def too_few(exercise: Exercise) -> Iterator[str]:
    """Say what is missing in number."""
    folder = answers(exercise)
    for kind, least in (("right", 3), ("wrong", 4)):
        if (there := len(list(folder.glob(f"{kind}_*.py")))) < least:
            yield f"{there} {kind} answers are there, at least {least} are asked for"
    if len(exercise.misconceptions) < 4:
        yield f"{len(exercise.misconceptions)} misconceptions, at least 4 are asked for"


def _prove_mutants(exercise: Exercise, proof: Proof) -> None:
    known = equivalents(exercise)
    every = list(mutants(solution(exercise)))
    survivors = {mutant.label for mutant in every if not is_caught(exercise, mutant)}
    proof.equivalent = len(survivors & set(known))
    proof.mutants = len(every) - proof.equivalent
    proof.caught = len(every) - len(survivors)
    proof.faults += [f"survivor: {label}" for label in sorted(survivors - set(known))]
    proof.faults += [f"in equivalent.txt, but caught: {label}" for label in set(known) - survivors]


def prove_many(names: Sequence[str], workers: int, parts: Sequence[str]) -> Iterator[Proof]:
    """Prove exercises by name, several at a time, in processes of their own."""
    context = get_context("forkserver")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        yield from pool.map(partial(_prove_one, parts), names)


def _prove_one(parts: Sequence[str], name: str) -> Proof:
    with redirect_stdout(io.StringIO()):  # answers print, too
        return prove(all_exercises()[name], parts)
