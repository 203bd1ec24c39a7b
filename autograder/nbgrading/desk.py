"""What grades a batch: its seed, the key to that, and one warm zygote for each lesson.

nbgrader knows of no batch: it converts one notebook after the other, in a terminal many in one
process, in JupyterLab one for each click. So a batch is what a process grades with the same
settings, without a pause of five minutes.
"""

import atexit
import secrets
import threading
from dataclasses import dataclass, field, replace

from autograder.key import Key
from autograder.marking import mark
from autograder.report import Report
from autograder.sandbox.host import IsolationError, Limits, Zygote
from autograder.submission import Submission
from autograder.syllabus import names_of

PAUSE = 300.0  # seconds after which a batch is over, and its zygotes end
_lock = threading.RLock()
_open: list["Desk"] = []  # the one that is in use, if any
_clock: list[threading.Timer] = []  # that will close it


@dataclass(frozen=True)
class Settings:
    """How to grade."""

    seed: int | None = None  # drawn anew for each batch
    data: str = "digits"
    isolation: str = "full"
    timeout: float = 600.0


class LostRoomError(RuntimeError):
    """The room was lost while a submission was in it: others are graded in a new one."""


@dataclass
class Desk:
    """Grades one submission after the other."""

    settings: Settings
    key: Key
    zygotes: dict[str, Zygote] = field(default_factory=dict)
    reports: dict[tuple[str, ...], Report] = field(default_factory=dict)

    def grade(self, submission: Submission, lesson: str) -> Report:
        """Grade one, or what is the same once; an IsolationError says that none can be."""
        path = submission.path  # learners need not know where it lies
        warnings = [warning.replace(str(path), path.name) for warning in submission.warnings]
        what = (lesson, path.name, submission.sha256, *warnings)
        if what not in self.reports:
            report = self._graded(submission, lesson)
            warnings = [warning.replace(str(path), path.name) for warning in report.warnings]
            self.reports[what] = replace(report, path=path.name, warnings=warnings)
        return self.reports[what]

    def _graded(self, submission: Submission, lesson: str) -> Report:
        zygote = self._zygote(lesson)
        try:
            return mark(submission, lesson, zygote, self.key)
        except IsolationError as error:
            self.zygotes.pop(lesson).close()
            raise LostRoomError(f"{submission.path} could not be graded. {error}") from error

    def _zygote(self, lesson: str) -> Zygote:
        """Return the one that is there, if it still lives, or a new one."""
        kept = self.zygotes.get(lesson)
        if kept and kept.process.poll() is None:
            return kept
        limits = Limits(seconds=self.settings.timeout)
        zygote = Zygote(lesson, set(names_of(lesson)), self.settings.isolation, limits)
        try:
            zygote.wait()
        except BaseException:
            zygote.close()
            raise
        self.zygotes[lesson] = zygote
        return zygote

    def close(self) -> None:
        """End the zygotes."""
        for zygote in self.zygotes.values():
            zygote.close()
        self.zygotes.clear()


def grade(submission: Submission, lesson: str, settings: Settings) -> Report:
    """Grade a submission as one of the batch that is on the desk."""
    with _lock:
        try:
            return _desk(settings).grade(submission, lesson)
        finally:
            _close_later()


@atexit.register
def close() -> None:
    """End the batch."""
    with _lock:
        while _clock:
            _clock.pop().cancel()
        while _open:
            _open.pop().close()


def _desk(settings: Settings) -> Desk:
    import torch

    if not _open or _open[0].settings != settings:
        close()
        torch.set_num_threads(1)  # which is faster for what is small
        seed = secrets.randbits(31) if settings.seed is None else settings.seed
        _open.append(Desk(settings, Key(seed, settings.data)))
    return _open[0]


def _close_later() -> None:
    while _clock:
        _clock.pop().cancel()
    timer = threading.Timer(PAUSE, close)
    timer.daemon = True
    timer.start()
    _clock.append(timer)
