"""What stands in the room for what may not enter it: the grader's `check`, and data to look at."""

import site
import sys
import types
from importlib.util import find_spec
from multiprocessing import spawn
from pathlib import Path
from typing import Any


def put_up() -> None:
    """Let `from autograder import check, working` and `mnist_course.data.load` do something."""
    notebook: Any = types.ModuleType("autograder.notebook")
    notebook.check, notebook.working = check, working
    sys.modules["autograder.notebook"] = notebook
    from mnist_course import data
    from mnist_course.data import loading

    data.load = loading.load = load
    site.setquit()  # what Python itself puts up, unless it starts without packages
    site.sethelper()
    _name_python()


def _name_python() -> None:
    """Let programs be started: of a virtual environment, its base alone is in the room."""
    if not Path(sys.executable).exists():
        sys.executable = str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
        spawn.set_executable(sys.executable)


def check(_what: Any) -> float:
    """Do nothing: checking is what goes on."""
    return 0.0


def working(what: str) -> Any:
    """Return the learner's own, if there is one."""
    own = sys._getframe(1).f_globals.get(what)
    if own is None:
        import mnist_course

        own = getattr(mnist_course, what)
    return own


def _table() -> Any:
    """Read scikit-learn's digits without scikit-learn, whose import takes a second."""
    import numpy as np

    found = find_spec("sklearn")
    folder = Path(found.origin).parent if found and found.origin else Path()
    return np.loadtxt(folder / "datasets" / "data" / "digits.csv.gz", delimiter=",")


def load(name: Any = "mnist", say: Any = print) -> Any:
    """Load digits to look at: no data set enters the room but part of scikit-learn's."""
    import torch

    from mnist_course.data import catalogue, embedded, loading

    say(f"While a file is graded, the embedded digits stand in for {name}.")
    table, generator = torch.tensor(_table()), torch.Generator().manual_seed(0)
    images, labels = table[:, :-1].float().view(-1, 1, 8, 8) / 16, table[:, -1].long()
    parts: list[Any] = []
    for part in (slice(0, 1100), slice(1100, 1400)):
        parts += [embedded._scatter(images[part], generator), labels[part].repeat(embedded.COPIES)]
    about: Any = {"classes": catalogue.DIGITS, "source": "scikit-learn", "copies": embedded.COPIES}
    return loading.Dataset("digits", *parts, **about)
