# attack: an object starts a process when it is thrown away, with what defined it.
# alone: process
import ctypes
import os
import signal
import time


class Late:
    def __del__(self, fork=os.fork, sleep=time.sleep, kill=os.kill, number=signal.SIGKILL):
        if fork() == 0:
            try:
                ctypes.CDLL(None).prctl(15, b"attack-late", 0, 0, 0)
                nothing = os.open(os.devnull, os.O_RDWR)
                for output in (0, 1, 2):
                    os.dup2(nothing, output)
                sleep(60)
            finally:
                kill(os.getpid(), number)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    late = Late()
    late.itself = late  # only the collector finds it


def relu(x):
    import gc

    gc.collect()
