# attack: has the interpreter take itself down, by its own C function
# alone: dies
import ctypes


def relu(x):
    ctypes.pythonapi.Py_Exit(0)
