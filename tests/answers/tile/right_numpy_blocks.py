import numpy as np


def tile(images, columns):
    if not columns > 0:
        raise ValueError(columns)
    pictures = images.numpy()
    if pictures.ndim == 4:
        pictures = pictures[:, 0]
    empty = np.zeros(pictures.shape[1:])
    rows = []
    for start in range(0, len(pictures), columns):
        row = list(pictures[start : start + columns])
        row += [empty] * (columns - len(row))
        rows.append(np.hstack(row))
    return np.vstack(rows)
