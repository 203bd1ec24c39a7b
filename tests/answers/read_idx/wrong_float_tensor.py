# diagnosis: none
import math

import numpy as np

from mnist_course.data.tensors import unzipped


def read_idx(path):
    raw = unzipped(path)
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError("magic number")
    start = 4 + 4 * raw[3]
    shape = np.frombuffer(raw[4:start], ">u4").tolist()
    if len(raw) - start != math.prod(shape):
        raise ValueError("length")
    return np.frombuffer(raw[start:], np.uint8).reshape(shape).astype("float32")
