"""Sees which functions of the libraries a learner's code calls; runs beside it.

Names alone would be easily dodged (`getattr`, an alias, `partial`): torch itself reports every
call of its functions, however they were reached, and Python reports those of other libraries.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from fnmatch import fnmatchcase
from types import FrameType
from typing import Any

LIBRARIES = {"torch", "torchvision", "numpy", "scipy", "sklearn"}
COURSE = "mnist_course"


@contextmanager
def watching(forbidden: Sequence[str], own_name: str) -> Iterator[list[str]]:
    """Collect what is called within the block and may not be; the list fills as it happens."""
    found: list[str] = []
    if not forbidden and not own_name:
        yield found
        return

    def note(name: str, where: str) -> None:
        if any(fnmatchcase(name, pattern) for pattern in forbidden):
            found.append(f"{where}.{name}")

    def on_call(frame: FrameType, event: str, _: Any) -> None:
        if event != "call":
            return
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        first, *_rest = names = frame.f_code.co_qualname.split(".")
        if package == COURSE and first == own_name:
            found.append(f"{COURSE}.{own_name}")
        elif package in LIBRARIES and forbidden:
            for name in names:
                note(name, package)

    with ExitStack() as stack:
        if forbidden:
            stack.enter_context(_torch_mode(note))
        before = sys.getprofile()
        stack.callback(sys.setprofile, before)
        sys.setprofile(on_call)
        yield found


def _torch_mode(note: Callable[[str, str], None]) -> Any:
    """Return the place where torch reports each call of its functions.

    Its dispatch mode, one floor below, would also see inside scripted functions, but takes a
    second to import.
    """
    from torch.overrides import TorchFunctionMode

    class Functions(TorchFunctionMode):
        def __torch_function__(self, func: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
            note(getattr(func, "__name__", ""), "torch")
            return func(*args, **(kwargs or {}))

    return Functions()
