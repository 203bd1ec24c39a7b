# attack: shuts its ears to the timers, and waits for what never comes.
# alone: hangs
import os
import signal
import sys
import threading


def conv_output_size(size, kernel_size, stride=1, padding=0):
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.valid_signals()))
    sys.stdin.read()
    reading, _writing = os.pipe()
    threading.Timer(100, os.write, (_writing, b"over")).start()
    os.read(reading, 1)
