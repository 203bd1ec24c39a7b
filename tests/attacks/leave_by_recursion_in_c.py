# attack: recurses through C until the stack is used up
# alone: dies
import sys


def deeper(x):
    return list(map(deeper, [x]))


def relu(x):
    sys.setrecursionlimit(10**9)
    return deeper(x)
