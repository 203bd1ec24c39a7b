# diagnosis: none
import torch


def mean_digits(images, labels):
    return torch.stack([images[labels == d, 0].mean(0) for d in range(1, 10)])
