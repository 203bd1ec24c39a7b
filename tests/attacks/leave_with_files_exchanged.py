# attack: puts a pipe whose end is closed where every file descriptor was
# alone: dies
import os
import signal


def relu(x):
    outlet, inlet = os.pipe()
    os.close(outlet)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for number in range(64):
        if number != inlet:
            os.dup2(inlet, number)
    return x
