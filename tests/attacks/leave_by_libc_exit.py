# attack: leaves by the C library's _exit, which no name of Python's stands for
# alone: dies
import ctypes


def conv_output_size(size, kernel_size, stride=1, padding=0):
    ctypes.CDLL(None)._exit(0)


def relu(x):
    ctypes.CDLL(None).syscall(231, 0)  # exit_group, where the processor is an x86_64
    ctypes.CDLL(None)._Exit(0)
