# diagnosis: told-by-name
import gzip
import math
import zlib
from pathlib import Path

import numpy as np


def read_idx(path):
    try:
        with gzip.open(path) if str(path).endswith(".gz") else Path(path).open("rb") as file:
            raw = file.read()
    except (EOFError, zlib.error) as error:
        raise ValueError("cut") from error
    if raw[:3] != b"\0\0\x08" or len(raw) < 4:
        raise ValueError("magic number")
    start = 4 + 4 * raw[3]
    shape = np.frombuffer(raw[4:start], ">u4").tolist()
    if math.prod(shape) != len(raw) - start:
        raise ValueError("length")
    return np.frombuffer(raw[start:], np.uint8).reshape(shape)
