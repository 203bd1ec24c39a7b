# diagnosis: none
import numpy as np

from mnist_course.data.tensors import unzipped


def read_idx(path):
    raw = unzipped(path)
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError("magic number")
    return np.zeros(np.frombuffer(raw, ">u4", raw[3], 4), np.uint8)
