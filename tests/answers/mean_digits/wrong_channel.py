# diagnosis: channel-kept
import torch


def mean_digits(images, labels):
    return torch.stack([images[labels == d].mean(0) for d in range(10)])
