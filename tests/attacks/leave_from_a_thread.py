# attack: leaves from a thread while the main one computes
# alone: dies
import ctypes
import threading
import time


def leave():
    time.sleep(0.05)
    ctypes.CDLL(None)._exit(0)


def relu(x):
    threading.Thread(target=leave, daemon=True).start()
    for _ in range(20):
        time.sleep(0.01)
    return x
