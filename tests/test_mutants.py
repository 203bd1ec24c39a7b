"""The mutants are different from the solution, and the proof is seen to fail where it must."""

import ast
from dataclasses import replace

from autograder import proof
from autograder.exercises import all_exercises
from autograder.mutants import mutants

SOURCE = '''
def f(x: int = 3, *, deep: bool = True) -> int:
    """Say what 1 does."""
    if x < 0 and deep:
        raise ValueError(f"{x + 1} is odd")
    total = -x
    total += 2 * 1.5
    return total.clamp(min=0) if x is not None else x // 2
'''


def labels():
    return [mutant.label.removeprefix("f: ") for mutant in mutants(SOURCE)]


def test_every_mutant_parses_differs_and_has_its_own_label():
    found = list(mutants(SOURCE))
    plain = ast.unparse(ast.parse(SOURCE))
    assert len(found) > 20 and all(ast.unparse(ast.parse(m.source)) != plain for m in found)
    assert len({mutant.label for mutant in found}) == len(found)


def test_operators_constants_comparisons_and_statements_are_mutated():
    changes = {label.partition(" -> ")[2] for label in labels()}
    assert "if x <= 0 and deep: …" in changes and "if x < 0 or deep: …" in changes
    assert "if not (x < 0 and deep): …" in changes and "if x < 1 and deep: …" in changes
    assert "total = x" in changes and "total -= 2 * 1.5" in changes and "(dropped)" in changes
    assert "total += 2 / 1.5" in changes and "total += 2 * 3.5" in changes
    assert "return total if x is not None else x // 2" in changes
    assert "return total.clamp() if x is not None else x // 2" in changes
    assert "return total.clamp(min=0) if x is None else x // 2" in changes
    assert "return total.clamp(min=0) if x is not None else x / 2" in changes


def test_docstrings_messages_and_annotations_are_left_alone():
    for mutant in mutants(SOURCE):
        assert "Say what 1 does." in mutant.source or "def f" not in mutant.source
        assert "x + 1" in mutant.source or "raise" not in mutant.source
        assert ": int=" in mutant.source


def weak(name, keep):
    """Return an exercise with few of its checks: the proof must see that."""
    exercise = all_exercises()[name]
    return replace(exercise, cases=tuple(case for case in exercise.cases if keep(case)))


def test_the_proof_sees_checks_that_are_too_weak(monkeypatch):
    exercise = weak("conv2d", lambda case: case.name.startswith("one channel"))
    found = proof.prove(exercise, ["answers"])
    assert any("is wrong, but got all points" in fault for fault in found.faults)
    survivors = [m for m in mutants(proof.solution(exercise)) if not proof.is_caught(exercise, m)]
    assert survivors


def test_the_proof_sees_checks_that_are_too_strict():
    exercise = all_exercises()["relu"]
    strict = replace(exercise, cases=(replace(exercise.cases[0], judge=lambda *_: "never"),))
    found = proof.prove(strict, ["answers"])
    assert found.right == 0 and any("is right, but" in fault for fault in found.faults)


def test_the_proof_sees_a_wrong_diagnosis():
    exercise = all_exercises()["conv2d"]
    renamed = tuple(replace(one, code=one.code + "-x") for one in exercise.misconceptions)
    found = proof.prove(replace(exercise, misconceptions=renamed), ["answers"])
    assert any("was diagnosed as" in fault for fault in found.faults)


def test_the_proof_sees_that_answers_are_missing(monkeypatch, tmp_path):
    monkeypatch.setattr(proof, "answers", lambda _: tmp_path)
    assert len(list(proof.too_few(all_exercises()["relu"]))) == 2
