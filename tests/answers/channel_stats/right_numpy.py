import numpy as np


def channel_stats(images):
    pixels = images.numpy().astype(np.float64)
    return float(pixels.mean()), float(pixels.std())
