# attack: leaves a child that holds the output and lines open, so that their reader waits.
# alone: process
import ctypes
import os
import signal
import time

started = []


def conv_output_size(size, kernel_size, stride=1, padding=0):
    started.append(None)
    if len(started) > 1 or os.fork():
        return
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(15, b"attack-output", 0, 0, 0)
        kept = [os.dup(number) for number in (1, 2)]
        time.sleep(30)
        os.write(kept[0], b"still here\n")
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
