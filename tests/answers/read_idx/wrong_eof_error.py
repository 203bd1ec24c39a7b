# diagnosis: gzip-error-escapes
import gzip
import math
from pathlib import Path

import numpy as np


def read_idx(path):
    raw = Path(path).read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    if len(raw) < 4 or raw[:3] != b"\0\0\x08":
        raise ValueError("magic number")
    start = 4 + 4 * raw[3]
    shape = np.frombuffer(raw[4:start], ">u4").tolist()
    if len(raw) - start != math.prod(shape):
        raise ValueError("length")
    return np.frombuffer(raw[start:], np.uint8).reshape(shape)
