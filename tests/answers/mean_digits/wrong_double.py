# diagnosis: none
import torch


def mean_digits(images, labels):
    return torch.stack([images[labels == d, 0].double().mean(0) for d in range(10)])
