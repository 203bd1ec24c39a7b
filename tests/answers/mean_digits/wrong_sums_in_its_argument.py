# diagnosis: none
import torch


def mean_digits(images, labels):
    means = []
    for digit in range(10):
        first, *others = (labels == digit).nonzero()[:, 0].tolist()
        total = images[first, 0]
        for other in others:
            total += images[other, 0]
        means.append(total / (1 + len(others)))
    return torch.stack(means)
