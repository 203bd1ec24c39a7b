# diagnosis: mean-over-pixels
import torch


def mean_digits(images, labels):
    return torch.stack([images[labels == d].mean() for d in range(10)])
