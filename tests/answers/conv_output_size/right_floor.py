import math


def conv_output_size(size, kernel_size, stride=1, padding=0):
    if not (size > 0 and kernel_size > 0):
        raise ValueError("not positive")
    out = math.floor((size + 2 * padding - kernel_size) / stride + 1)
    if kernel_size > size + 2 * padding:
        raise ValueError("too large")
    return int(out)
