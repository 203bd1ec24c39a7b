import gzip
import struct
from pathlib import Path

import numpy as np


def read_idx(path):
    with Path(path).open("rb") as file:
        data = file.read()
    if data.startswith(b"\x1f\x8b"):
        try:
            data = gzip.decompress(data)
        except Exception as error:
            raise ValueError("damaged gzip") from error
    try:
        zero, kind, dimensions = struct.unpack(">HBB", data[:4])
        shape = struct.unpack(f">{dimensions}I", data[4 : 4 + 4 * dimensions])
    except struct.error as error:
        raise ValueError("the header is cut") from error
    if zero != 0 or kind != 8:
        raise ValueError("not an IDX file of unsigned bytes")
    values = np.frombuffer(data, dtype=np.uint8, offset=4 + 4 * dimensions)
    if values.size != np.prod(shape):
        raise ValueError("wrong length")
    return values.reshape(shape)
