# attack: each exercise takes all the time that it gets, by the clock, and none of the processor's.
# alone: hangs
import signal
import time


def late(*_, **__):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGPROF})
    time.sleep(60)


conv_output_size = conv2d = max_pool2d = relu = dropout = Conv2d = late
count_parameters = DigitCNN = late
