"""What of the course enters the room: files cut for a lesson, with its answers taken out.

On the trusted side: nothing here can be seen from the room but what `cut` writes.
"""

import ast
import csv
import gzip
import io
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path

PACKAGES = Path(__file__).parents[2]
GRADER = (
    "__init__ attempt cells watch probes sandbox/__init__ sandbox/cgroup sandbox/guest "
    "sandbox/kernel sandbox/processes sandbox/room sandbox/standins "
    "sandbox/syscalls sandbox/wire sandbox/zygote"
)
# By lesson: what it may import of the course beside what the lessons before it may.
SHELVES = {
    "01_data": "__init__ errors data plots",
    "02_visualization": "",
    "03_conv_layers": "layers model",
    "04_training": "training",
    "05_evaluation": "evaluation photos augmentation recipes checkpoints",
    "06_augmentation": "",
    "07_capstone": "capstone",
}
# What the course itself calls in a lesson where it is an answer: torch's own does it there.
INSTEAD = {"cross_entropy": "from torch.nn.functional import cross_entropy"}
DIGITS = "sklearn/datasets/data/digits.csv.gz"


def cut(lesson: str, answers: set[str], folder: Path) -> None:
    """Write what the room of a lesson may hold of both packages into a folder."""
    for name in GRADER.split():
        _copy(Path("autograder") / name, folder)
    for source in _files(lesson):
        target = folder / source.relative_to(PACKAGES)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(without(answers, source.read_text()))


def _copy(name: Path, folder: Path) -> None:
    """Copy a module, or a package with all its modules."""
    source, target = PACKAGES / name, folder / name
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.with_suffix(".py"), target.with_suffix(".py"))


def _files(lesson: str) -> Iterator[Path]:
    """Yield the files of the course that a lesson may import."""
    last = list(SHELVES).index(lesson)
    for name in " ".join(list(SHELVES.values())[: last + 1]).split():
        place = PACKAGES / "mnist_course" / name
        yield from place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]


def modules(lesson: str) -> list[str]:
    """Return the names of the modules that a lesson may import."""
    parts = (path.relative_to(PACKAGES).with_suffix("").parts for path in _files(lesson))
    return [".".join(part for part in names if part != "__init__") for names in parts]


def without(answers: set[str], source: str) -> str:
    """Return a module in which the answers are stubs."""
    if not any(name in source for name in answers):
        return source
    tree = ast.parse(source)
    tree.body = [_stub(node) if _is(node, answers) else node for node in tree.body]
    return ast.unparse(tree)


def _is(node: ast.stmt, answers: set[str]) -> bool:
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in answers


def _stub(node: ast.stmt) -> ast.stmt:
    """Keep the name alone: whoever calls it is told that it is not there."""
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    if node.name in INSTEAD:
        return ast.parse(INSTEAD[node.name]).body[0]
    text = f'raise NotImplementedError("{node.name} of the course is not there while it is graded")'
    if isinstance(node, ast.FunctionDef):
        return ast.parse(f"def {node.name}(*args, **keywords):\n    {text}").body[0]
    bases = ", ".join(map(ast.unparse, node.bases))
    stub = (
        f"class {node.name}({bases}):\n    def __init__(self, *args, **keywords):\n        {text}"
    )
    return ast.parse(stub).body[0]


def replacements(folder: Path) -> dict[str, str]:
    """Return what stands in other files' places: digits that the exams hold back are not there."""
    target = package_folder("sklearn") / DIGITS
    seen = folder / "digits.csv.gz"
    seen.write_bytes(gzip.compress(_seen_digits(gzip.decompress(target.read_bytes())), 1))
    return {str(target): str(seen)}


def _seen_digits(table: bytes) -> bytes:
    """Return scikit-learn's table with digits to train with in the place of all others."""
    from mnist_course.data.embedded import to_train_with

    rows = list(csv.reader(io.StringIO(table.decode())))
    kept = [rows[i] for i in to_train_with()]
    text = io.StringIO()
    csv.writer(text).writerows(islice(cycle(kept), len(rows)))
    return text.getvalue().encode()


def package_folder(name: str) -> Path:
    """Return the folder that a package is installed in."""
    spec = find_spec(name)
    if spec is None or not spec.origin:
        raise ModuleNotFoundError(f"{name} is not installed")
    return Path(spec.origin).parent.parent


# ---- what else can be seen -----------------------------------------------------------------------

SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/etc/ld.so.cache",
    "/etc/localtime", "/sys/devices/system/cpu",
)  # fmt: skip


def package_folders() -> list[str]:
    """Return the folders of installed packages: never the project's own, or the current one."""
    names = ("site-packages", "dist-packages")
    return [path for path in dict.fromkeys(sys.path) if Path(path).name in names]


def python_itself() -> list[str]:
    """Return the interpreter, its library, and the libraries of the system that both load."""
    base = Path(sys.base_prefix)
    own = [base / "lib", base / "lib64"] if base != Path("/usr") else []
    paths = [*map(Path, SYSTEM), *own, Path(sys.executable).resolve()]
    return [str(path) for path in paths if path.exists()]


def sources() -> list[str]:
    """Return what of this machine can be seen in the room."""
    return [*python_itself(), *package_folders()]


def hidden(folder: Path) -> dict[str, str]:
    """Return empty places for both packages, wherever they are installed as copies."""
    empty = folder / "empty"
    empty.mkdir(exist_ok=True)
    base = Path(sys.base_prefix) / "lib"
    places = [*map(Path, package_folders()), *base.glob("python3*/site-packages")]
    names = ("mnist_course", "autograder")
    return {str(place / n): str(empty) for place in places for n in names if (place / n).exists()}
