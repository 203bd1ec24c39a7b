# attack: leaves as soon as the next submission is compiled, by a hook nobody can remove
# alone: dies
import ctypes
import sys

own = 0


def hook(event, args):
    global own
    if event == "compile":
        own += 1
        if own > 1:
            ctypes.CDLL(None)._exit(0)


sys.addaudithook(hook)


def relu(x):
    compile("1", "one", "eval")
    compile("2", "two", "eval")
    return x
