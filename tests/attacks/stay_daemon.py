# attack: leaves a daemon: forked twice, in a session of its own, deaf to every signal.
# alone: process
import ctypes
import os
import signal
import time


def live():
    ctypes.CDLL(None).prctl(15, b"attack-daemon", 0, 0, 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    time.sleep(100)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork() == 0:
            live()
    finally:
        os.kill(os.getpid(), signal.SIGKILL)
