# diagnosis: forbidden
import torch
from scipy.signal import correlate2d


def conv2d(x, weight, bias=None, stride=1, padding=0):
    maps = []
    for image in x:
        for kernel in weight:
            planes = zip(image.numpy(), kernel.numpy())
            maps.append(sum(correlate2d(a, b, mode="valid") for a, b in planes))
    return torch.tensor(maps).view(len(x), len(weight), *maps[0].shape)
