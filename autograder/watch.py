"""Sees which functions of the libraries a learner's code calls; runs beside it.

Names alone would be easily dodged (`getattr`, an alias, `partial`): torch itself reports every
call of its functions, however they were reached, and Python reports those of other libraries.
"""

import sys
import threading
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

    def on_call(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and package_of(getattr(called, "__module__", "")) in LIBRARIES:
            note(called.__name__, package_of(called.__module__))
        if event == "call" and package_of(frame.f_globals.get("__name__", "")) in LIBRARIES:
            for name in frame.f_code.co_qualname.split("."):
                note(name, package_of(frame.f_globals["__name__"]))
        on_own(frame, event, called)

    def on_own(frame: FrameType, event: str, _: Any) -> None:
        """Look as briefly as can be: a training calls this a hundred thousand times."""
        if event != "call" or frame.f_code.co_qualname.partition(".")[0] != own_name:
            return
        if package_of(frame.f_globals.get("__name__", "")) == COURSE:
            found.append(f"{COURSE}.{own_name}")

    with ExitStack() as stack:
        if forbidden:
            for mode in _torch_modes(note):
                stack.enter_context(mode)
        stack.callback(sys.setprofile, sys.getprofile())
        stack.callback(threading.setprofile, threading.getprofile())
        watch = on_call if forbidden else on_own
        threading.setprofile(watch)  # for those that are started from here on
        sys.setprofile(watch)
        yield found


def package_of(module: Any) -> str:
    """Return the package that a module is in."""
    return str(module).partition(".")[0]


def _torch_modes(note: Callable[[str, str], None]) -> list[Any]:
    """Return the places where torch reports each call of its functions.

    The lower one also sees what scripted functions do. It takes a second to import, so that it is
    used only where what it needs is there already.
    """
    from torch.overrides import TorchFunctionMode

    class Functions(TorchFunctionMode):
        def __torch_function__(self, func: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
            note(getattr(func, "__name__", ""), "torch")
            return func(*args, **(kwargs or {}))

    if "torch._dynamo" not in sys.modules:
        return [Functions()]
    from torch.utils._python_dispatch import TorchDispatchMode

    class Operators(TorchDispatchMode):
        def __torch_dispatch__(self, func: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
            note(func.overloadpacket.__name__, "torch")
            return func(*args, **(kwargs or {}))

    return [Functions(), Operators()]  # type: ignore[no-untyped-call]
