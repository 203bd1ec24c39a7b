# attack: starts a thousand threads, all of which compute.
# alone: hangs
import threading
import time


def busy(until):
    while time.monotonic() < until:
        pass


def conv_output_size(size, kernel_size, stride=1, padding=0):
    for _ in range(1000):
        thread = threading.Thread(target=busy, args=(time.monotonic() + 60,), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # there are no more to be had
            return
