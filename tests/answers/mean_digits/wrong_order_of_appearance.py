# diagnosis: none
import torch


def mean_digits(images, labels):
    digits = dict.fromkeys(labels.tolist())
    return torch.stack([images[labels == d, 0].mean(0) for d in digits])
