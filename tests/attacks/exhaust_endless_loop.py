# attack: loops for ever, and catches whatever would stop it.
# alone: hangs
import time


def conv_output_size(size, kernel_size, stride=1, padding=0):
    until = time.monotonic() + 100
    while time.monotonic() < until:
        try:
            while time.monotonic() < until:
                pass
        except BaseException:
            continue
