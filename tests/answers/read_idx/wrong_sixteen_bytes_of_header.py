# diagnosis: always-three-dimensions
import struct

import numpy as np

from mnist_course.data.tensors import unzipped


def read_idx(path):
    raw = unzipped(path)
    if raw[:3] != b"\0\0\x08" or len(raw) < 16:
        raise ValueError("magic number")
    n, rows, columns = struct.unpack(">3I", raw[4:16])
    if len(raw) != 16 + n * rows * columns:
        raise ValueError("length")
    return np.frombuffer(raw, np.uint8, offset=16).reshape(n, rows, columns)
