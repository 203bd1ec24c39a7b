import math


def channel_stats(images):
    n, total, squares = 0, 0.0, 0.0
    for image in images.double():
        n += image.numel()
        total += image.sum().item()
        squares += (image**2).sum().item()
    mean = total / n
    return [mean, math.sqrt(squares / n - mean**2)]
