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

from mnist_course.errors import CourseError

PACKAGES = Path(__file__).parents[2]
GRADER = (
    "__init__ attempt cells watch probes sandbox/__init__ sandbox/cgroup sandbox/guest "
    "sandbox/kernel sandbox/processes sandbox/room sandbox/standins "
    "sandbox/syscalls sandbox/wire sandbox/zygote"
)
# By lesson: what it may import of the course beside what the lessons before it may.
SHELVES = {
    "01_data": "__init__ errors files data plots",
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


# ---- what else can be seen -----------------------------------------------------------------------

SYSTEM = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/etc/ld.so.cache",
    "/etc/localtime", "/sys/devices/system/cpu",
)  # fmt: skip
PRIVATE = ("/tmp/", "/dev/shm/")  # what a guest has for itself, and nothing else is seen there


def package_folders() -> list[str]:
    """Return the folders of installed packages: never the project's own, or the current one."""
    names = ("site-packages", "dist-packages")
    return [path for path in dict.fromkeys(sys.path) if Path(path).name in names]


def packages() -> dict[str, str]:
    """Return where the folders of packages stand in the room: wherever the project itself lies."""
    return {folder: f"/packages/{i}" for i, folder in enumerate(package_folders())}


def python_itself() -> list[str]:
    """Return the interpreter, its library, and the libraries of the system that both load."""
    base = Path(sys.base_prefix)
    own = [base / "lib", base / "lib64"] if base != Path("/usr") else []
    paths = [*map(Path, SYSTEM), *own, Path(sys.executable).resolve()]
    return [str(path) for path in paths if path.exists()]


def sources() -> dict[str, str]:
    """Return what of this machine can be seen in the room, and where."""
    itself = python_itself()
    if strange := [path for path in itself if path.startswith(PRIVATE)]:
        raise CourseError(f"{strange[0]} is where each room is empty: install Python elsewhere")
    return {**{path: path for path in itself}, **packages()}


def instead(folder: Path) -> dict[str, str]:
    """Return what stands in the place of what nobody may see, wherever there is a copy of it.

    Both packages are hidden, and so are scikit-learn's digits that the exams hold back.
    """
    empty, seen = folder / "empty", folder / "digits.csv.gz"
    empty.mkdir()
    seen.touch()
    found = {}
    for here, there in _all_packages():
        for name, other in (("mnist_course", empty), ("autograder", empty), (DIGITS, seen)):
            if (here / name).exists():
                found[f"{there}/{name}"] = str(other)
    return found


def _all_packages() -> Iterator[tuple[Path, str]]:
    """Yield each folder of packages that is there, and where it stands in the room."""
    yield from ((Path(here), there) for here, there in packages().items())
    for library in {str(Path(sys.base_prefix) / "lib"), "/usr/lib"}:
        for pattern in ("python3*/site-packages", "python3*/dist-packages"):
            yield from ((path, str(path)) for path in Path(library).glob(pattern))


def write_digits(folder: Path) -> None:
    """Write scikit-learn's table with digits to train with in the place of all others."""
    from mnist_course.data.embedded import to_train_with

    spec = find_spec("sklearn")
    if spec is None or not spec.origin:
        return
    table = gzip.decompress((Path(spec.origin).parent.parent / DIGITS).read_bytes())
    rows = list(csv.reader(io.StringIO(table.decode())))
    kept = [rows[i] for i in to_train_with()]
    text = io.StringIO()
    csv.writer(text).writerows(islice(cycle(kept), len(rows)))
    (folder / "digits.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), 1))
