# attack: leaves when garbage is collected, whoever does it
# alone: dies
import ctypes
import gc

gc.callbacks.append(lambda *_: ctypes.CDLL(None)._exit(0))


def relu(x):
    gc.collect()
    return x
