"""Small faults, planted automatically: every mutant of a solution must lose points."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

BINARY: dict[type[ast.operator], list[type[ast.operator]]] = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Div], ast.Mod: [ast.Mult], ast.Pow: [ast.Mult],
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.Gt], ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.Lt], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn], ast.NotIn: [ast.In],
}  # fmt: skip
LIBRARIES = {"F", "gzip", "math", "nn", "np", "os", "torch", "zlib"}
DROPPED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Raise, ast.Return, ast.Continue, ast.Break)


@dataclass(frozen=True)
class Mutant:
    """A source with one fault, and the fault in words: `relu: x <= 0 -> x < 0`."""

    label: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of the functions and classes in a source."""
    tree = ast.parse(source)
    seen: dict[str, int] = {}
    for number, node in enumerate(_mutable(tree)):
        for change in _changes(node):
            mutated = copy.deepcopy(tree)
            twin = list(_mutable(mutated))[number]
            statement = _statement(mutated, twin)
            before = _text(statement)
            after = _text(statement) if _replace(mutated, twin, change) else "(dropped)"
            label = f"{_owner(tree, node)}: {before} -> {after}"
            seen[label] = seen.get(label, 0) + 1
            place = f" ({seen[label]})" if seen[label] > 1 else ""
            yield Mutant(label + place, ast.unparse(ast.fix_missing_locations(mutated)))


def _mutable(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk through what computes: not annotations, docstrings, or what a refusal says."""
    for name, value in ast.iter_fields(tree):
        if name in ("annotation", "returns", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr):
                continue
            if isinstance(child, ast.keyword) and child.arg == "strict":
                continue
            yield child
            if not isinstance(child, ast.Raise) and not _is_text(child):
                yield from _mutable(child)


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


Change = Callable[[ast.AST], ast.AST | None]  # None drops a statement


def _changes(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        yield from (_with("op", kind()) for kind in BINARY.get(type(node.op), []))
    elif isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            yield from (_with_op(place, kind()) for kind in COMPARISONS.get(type(op), []))
    elif isinstance(node, ast.BoolOp):
        yield _with("op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.UnaryOp) and not isinstance(node.operand, ast.Constant):
        yield lambda twin: twin.operand  # type: ignore[attr-defined]
    elif isinstance(node, ast.Constant):
        yield from (_with("value", value) for value in _other_constants(node.value))
    elif isinstance(node, ast.If | ast.IfExp):
        yield lambda twin: _negated(twin)
    elif isinstance(node, ast.Call):
        yield from _call_changes(node)
    if isinstance(node, DROPPED) and not _is_text(node):
        yield lambda _: None


def _other_constants(value: object) -> list[object]:
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1]
    return [value * 2 + 0.5] if isinstance(value, float) else []


def _call_changes(node: ast.Call) -> Iterator[Change]:
    """Drop each keyword, and what a method does: `x.exp()` becomes `x`."""
    for place, keyword in enumerate(node.keywords):
        if keyword.arg != "strict":  # which only guards, and every mutant of it is equivalent
            yield lambda twin, place=place: _without_keyword(twin, place)  # type: ignore[misc]
    if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Call):
        if isinstance(node.func.value, ast.Name) and node.func.value.id in LIBRARIES:
            return
        yield lambda twin: twin.func.value  # type: ignore[attr-defined]


def _with(name: str, value: object) -> Change:
    def change(twin: ast.AST) -> ast.AST:
        setattr(twin, name, value)
        return twin

    return change


def _with_op(place: int, op: ast.cmpop) -> Change:
    def change(twin: ast.AST) -> ast.AST:
        twin.ops[place] = op  # type: ignore[attr-defined]
        return twin

    return change


def _negated(twin: ast.AST) -> ast.AST:
    twin.test = ast.UnaryOp(ast.Not(), twin.test)  # type: ignore[attr-defined]
    return twin


def _without_keyword(twin: ast.AST, place: int) -> ast.AST:
    del twin.keywords[place]  # type: ignore[attr-defined]
    return twin


def _replace(tree: ast.AST, twin: ast.AST, change: Change) -> bool:
    """Put the changed node where its twin stands; return whether something stands there still."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is twin:
                setattr(parent, name, change(twin))
                return True
            if isinstance(value, list) and any(item is twin for item in value):
                place = next(i for i, item in enumerate(value) if item is twin)
                new = change(twin)
                value[place] = ast.Pass() if new is None else new
                return new is not None
    raise ValueError(f"{_text(twin)} is not in the tree")


def _statement(tree: ast.AST, node: ast.AST) -> ast.AST:
    """Return the innermost statement that a node stands in."""
    around = [
        outer
        for outer in ast.walk(tree)
        if isinstance(outer, ast.stmt) and any(inner is node for inner in ast.walk(outer))
    ]
    return around[-1]


def _text(node: ast.AST) -> str:
    lines = ast.unparse(ast.fix_missing_locations(node)).split("\n")
    first = next(line for line in lines if not line.startswith("@"))
    return first + (" …" if len(lines) > 1 else "")


def _owner(tree: ast.Module, node: ast.AST) -> str:
    """Name the innermost function that a node stands in."""
    name = ""
    for outer in ast.walk(tree):
        if isinstance(outer, ast.FunctionDef) and any(inner is node for inner in ast.walk(outer)):
            name = outer.name
    return name
