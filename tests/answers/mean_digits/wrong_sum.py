# diagnosis: sum-not-divided
import torch


def mean_digits(images, labels):
    return torch.zeros(10, 28, 28).index_add(0, labels, images[:, 0])
