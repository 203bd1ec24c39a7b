"""From the ink of a digit to 28 by 28 pixels, as MNIST was made."""

import numpy as np
from PIL import Image

from mnist_course.photos.ink import Grid

THINNEST, THICKEST = 2.2, 4.5  # stroke widths that MNIST has, in pixels of the network


def set_stroke_width(digit: Grid) -> Grid:
    """Strokes much thinner or thicker than those of MNIST, made as wide as those."""
    from scipy.ndimage import distance_transform_edt

    inside = distance_transform_edt(digit > 0.5)
    side = max(np.ptp(axis) + 1 for axis in np.nonzero(inside))
    width = 4 * inside[inside > 0].mean()
    target = np.clip(width, THINNEST * side / 20, THICKEST * side / 20)
    if target == width:
        return digit
    away = distance_transform_edt(digit <= 0.5) - inside
    return np.asarray(np.clip(1 + (target - width) / 2 - away, 0, 1), np.float32)


def frame(digit: Grid) -> Grid:
    """The digit in a box of 20 pixels, its centre of mass at pixel 14 of 28."""
    ys, xs = np.nonzero(digit > 0.1)
    left, top, right, bottom = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
    digit = digit[top:bottom, left:right]
    y, x = (
        np.average(np.arange(n) + 0.5, weights=digit.sum(axis=1 - k))
        for k, n in enumerate(digit.shape)
    )
    reach = max(x, y, digit.shape[1] - x, digit.shape[0] - y)
    scale = max(max(digit.shape) / 20, reach / 13.5)
    pad = int(30 * scale) + 1
    room = Image.fromarray(np.pad(digit, pad))
    left, top = pad + x - 14.5 * scale, pad + y - 14.5 * scale
    window = (left, top, left + 28 * scale, top + 28 * scale)
    small = room.resize((28, 28), Image.Resampling.BOX, box=window)
    return np.clip(np.asarray(small, np.float32), 0, 1)
