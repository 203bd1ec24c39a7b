import gzip
import math
import zlib

import numpy


def read_idx(path):
    with open(path, "rb") as f:  # noqa: PTH123
        opened = gzip.GzipFile(fileobj=f) if f.read(2) == b"\x1f\x8b" else f
        f.seek(0)
        try:
            magic = numpy.frombuffer(opened.read(4), ">u4")
            if len(magic) != 1 or not 0x0800 <= magic[0] <= 0x08FF:
                raise ValueError("wrong magic number")
            header = opened.read(4 * (int(magic[0]) % 256))
            rest = opened.read()
        except (EOFError, OSError, zlib.error):
            raise ValueError("this gzip is broken") from None
    shape = [int(n) for n in numpy.frombuffer(header, ">i4")]
    if len(shape) != magic[0] % 256 or math.prod(shape) != len(rest):
        raise ValueError("wrong length")
    return numpy.frombuffer(rest, "uint8").reshape(*shape)
