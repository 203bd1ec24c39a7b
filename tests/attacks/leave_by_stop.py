# attack: stops its own process, so that no timer of it ever rings
# alone: hangs
import os
import signal


def relu(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    os.kill(0, signal.SIGSTOP)  # for the first process of a namespace the one above does nothing
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    signal.sigtimedwait([signal.SIGUSR1], 120)
