"""One call of a learner's code: in bounded time, watched, and with every way it can end told apart.

It runs beside the learner's code, in whichever process that is.
"""

import linecache
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from autograder.probes import Inputs, Probe, UnusableError, plain_copy
from autograder.watch import watching

NOT_LEARNERS = (str(Path(__file__).parent), sys.prefix, sys.base_prefix, "<frozen", "<string>")


Trouble = Literal["raised", "timeout", "not_attempted", "forbidden", "missing"]


@dataclass(frozen=True)
class Outcome:
    """How a call ended: with a value, or with a trouble."""

    value: Any = None
    trouble: Trouble | None = None
    raised: str = ""  # the name of the exception
    message: str = ""


class TimeIsUp(BaseException):
    """Not an Exception, so that `except Exception` in a learner's loop does not swallow it."""


def attempt(
    answer: Any,
    probe: Probe,
    inputs: Inputs,
    *,
    limit: float,
    seed: int = 0,
    barred: tuple[Sequence[str], str] = ((), ""),
    patience: float = 10,
) -> Outcome:
    """Let the probe try the answer once; barred: names of libraries, and of the course's own."""
    try:
        with quiet(seed), watching(*barred) as used, time_limit(limit, patience):
            value = probe(answer, plain_copy(inputs))
    except TimeIsUp:
        return Outcome(trouble="timeout", message=f"It was stopped after {limit:g} seconds.")
    except NotImplementedError as error:
        return unwritten(error, barred[1])
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # SystemExit too: code that exits must not end the grading
        return Outcome(trouble="raised", raised=type(error).__name__, message=describe(error))
    if used:
        return Outcome(trouble="forbidden", raised=used[0], message=f"It calls {used[0]}.")
    return Outcome(value)


def unwritten(error: NotImplementedError, name: str) -> Outcome:
    """Tell an answer that is not written from one that calls another which is not."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    parts = frame.f_code.co_qualname.split(".")
    if not name or name in parts or frame.f_code.co_name == "<lambda>":
        return Outcome(trouble="not_attempted", message="It is not written yet.")
    text = f"It calls {parts[-1]}, which is not written yet."
    return Outcome(trouble="raised", raised="NotImplementedError", message=text)


def describe(error: BaseException) -> str:
    """Say what was raised, and at which line of the learner's."""
    if isinstance(error, UnusableError):
        return f"What came back cannot be used: {error}."
    text = " ".join(traceback.format_exception_only(error)[-1].split())[:300]
    if isinstance(error, SyntaxError) and error.filename:
        where = f"line {error.lineno} of {shown(error.filename)}"
        return f"Python cannot read {where}: {error.msg}: {(error.text or '').strip()}"
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith(NOT_LEARNERS)]
    if not theirs:
        return f"Calling it raised {text}"
    last = theirs[-1]
    line = (last.line or linecache.getline(last.filename, last.lineno or 0)).strip()
    return f"It raised {text}, in line {last.lineno} of {shown(last.filename)}: {line}"


def shown(filename: str) -> str:
    """Return a file's name as people know it: a notebook's cells have names of their own."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    known = shell.compile.format_code_name(filename) if shell else None
    return f"cell {known[1]}" if known else Path(filename).name


@contextmanager
def quiet(seed: int) -> Iterator[None]:
    """Draw random numbers from the seed; let no warning spoil an answer, and nobody leave."""
    import torch

    leave, own = os._exit, os.getpid()

    def stay(status: int) -> None:
        """Raise in the place of `os._exit`, which would end the grader itself without a word."""
        if os.getpid() != own:  # a process that the learner's code forked may go, and must
            leave(status)
        raise SystemExit(status)

    os._exit = stay  # type: ignore[assignment]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # two on a busy machine are many times slower than one
    try:
        with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
            warnings.simplefilter("ignore")
            torch.manual_seed(seed)
            yield
    finally:
        os._exit = leave
        torch.set_num_threads(threads)


@contextmanager
def time_limit(seconds: float, patience: float = 10) -> Iterator[None]:
    """Raise TimeIsUp in the block when its time is over, and again each second after.

    Time is that of the processor, so that an honest answer may be checked on a busy machine; by the
    clock on the wall it is `patience` times as much, for what sleeps or waits for input. Only
    POSIX has the timers, and only the main thread gets them: elsewhere there is no limit here.
    """
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(_signum: int, _frame: FrameType | None) -> None:
        raise TimeIsUp

    clocks = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, patience * seconds),
    )
    before = [signal.signal(number, stop) for number, _, _ in clocks]
    for _, timer, limit in clocks:
        signal.setitimer(timer, limit, 1.0)
    try:
        yield
    finally:
        for (number, timer, _), handler in zip(clocks, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)
