# attack: prints without end, text and what is none; in a room of its own as fast as it can.
# alone: hangs
import os
import signal
import time

PAUSE = 0.0 if os.getpid() == 1 else 0.05


def conv_output_size(size, kernel_size, stride=1, padding=0):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGPROF})
    until = time.monotonic() + 60
    while time.monotonic() < until:
        os.write(1, b"\x1b[2J64 of 64 points\n\xff\x00" * 100)
        os.write(2, b"y" * 20_000)
        time.sleep(PAUSE)
