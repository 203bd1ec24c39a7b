from pathlib import Path

import numpy as np

from mnist_course.data.tensors import unzipped


def read_idx(path: str | Path):
    raw = unzipped(path)
    if list(raw[:3]) != [0, 0, 8] or len(raw) == 3:
        raise ValueError(f"{path}: magic number {raw[:4]!r}")
    sizes, place, total = [], 4, 1
    for _ in range(raw[3]):
        sizes.append(int.from_bytes(raw[place : place + 4], "big"))
        place += 4
        total *= sizes[-1]
    if len(raw) != place + total:
        raise ValueError(f"{path}: {len(raw)} bytes, but {place + total} were expected")
    return np.array(list(raw[place:]), dtype=np.uint8).reshape(sizes)
