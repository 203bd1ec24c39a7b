# diagnosis: little-endian
import numpy as np

from mnist_course.data.tensors import unzipped


def read_idx(path):
    raw = unzipped(path)
    if len(raw) < 4 or raw[0] or raw[1] or raw[2] != 8:
        raise ValueError("no IDX file")
    n = raw[3]
    if len(raw) < 4 + 4 * n:
        raise ValueError("header cut")
    shape = np.frombuffer(raw[4 : 4 + 4 * n], dtype=np.uint32).astype(int)
    return np.frombuffer(raw[4 + 4 * n :], dtype=np.uint8).reshape(shape)
