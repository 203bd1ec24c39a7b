# attack: leaves in the handler of a timer that it has set itself
# alone: dies
import ctypes
import signal

signal.signal(signal.SIGVTALRM, lambda *_: ctypes.CDLL(None)._exit(0))
signal.setitimer(signal.ITIMER_VIRTUAL, 0.02, 0.02)


def relu(x):
    for _ in range(10**6):
        x = x + 1
    return x
