# diagnosis: type-unchecked
import numpy as np

from mnist_course.data.tensors import unzipped


def read_idx(path):
    raw = unzipped(path)
    if raw[:2] != b"\0\0" or len(raw) < 4:
        raise ValueError("magic number")
    shape = [int.from_bytes(raw[4 + 4 * i : 8 + 4 * i], "big") for i in range(raw[3])]
    if len(raw) < 4 + 4 * len(shape):
        raise ValueError("header cut")
    values = np.frombuffer(raw[4 + 4 * len(shape) :], np.uint8)
    if values.size != np.prod(shape):
        raise ValueError("length")
    return values.reshape(shape)
