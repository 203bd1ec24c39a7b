# attack: leaves a timer behind, which interrupts everyone graded after it.
# alone: dies
import signal


class Interrupted(BaseException):
    """Nobody catches this."""


def interrupt(*_):
    raise Interrupted


def conv_output_size(size, kernel_size, stride=1, padding=0):
    signal.signal(signal.SIGVTALRM, interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.005, 0.005)
