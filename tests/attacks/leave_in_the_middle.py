# attack: earns the points of one exercise, then crashes the interpreter in the next
# alone: dies
# deserves: 9
import ctypes


def conv_output_size(size, kernel_size, stride=1, padding=0):
    if min(size, kernel_size, stride) < 1 or padding < 0 or kernel_size > size + 2 * padding:
        raise ValueError("the kernel does not fit")
    return (size + 2 * padding - kernel_size) // stride + 1


# %%
def max_pool2d(x, kernel_size, stride=None):
    return ctypes.string_at(0)
