# attack: its children compute, while it waits for them without a second of its own.
# alone: hangs
import os
import signal
import time


def busy():
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pass
    os.kill(os.getpid(), signal.SIGKILL)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGPROF})
    children = []
    for _ in range(6):
        child = os.fork()
        if child == 0:
            busy()
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
