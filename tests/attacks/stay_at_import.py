# attack: its first cell starts a child in a process group of its own, before anything is graded.
# alone: process
import ctypes
import os
import signal
import time

# %%
if os.fork() == 0:
    try:
        ctypes.CDLL(None).prctl(15, b"attack-import", 0, 0, 0)
        os.setpgid(0, 0)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.closerange(3, 100)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        time.sleep(100)
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
