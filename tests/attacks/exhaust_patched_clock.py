# attack: stops the clocks by which it is measured, and then takes its time.
# alone: hangs
import signal
import time

now = time.monotonic


def conv_output_size(size, kernel_size, stride=1, padding=0):
    until = now() + 100
    for timer in (signal.ITIMER_REAL, signal.ITIMER_VIRTUAL, signal.ITIMER_PROF):
        signal.setitimer(timer, 0)
    for number in (signal.SIGALRM, signal.SIGPROF, signal.SIGVTALRM, signal.SIGXCPU):
        signal.signal(number, signal.SIG_IGN)
    signal.setitimer = signal.signal = lambda *_: None
    time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
    while now() < until:
        pass
