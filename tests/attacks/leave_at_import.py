# attack: kills its own process while the file is loaded
# alone: dies
import os
import signal


def relu(x):
    return -x


os.kill(os.getpid(), signal.SIGKILL)
