import torch
from torch.nn import functional as F


def confusion_matrix(predictions, labels, num_classes=10):
    if predictions.shape != labels.shape:
        raise ValueError("lengths differ")
    both = torch.stack([predictions, labels])
    if both.min() < 0 or both.max() >= num_classes:
        raise ValueError("a class is out of range")
    truth, read = F.one_hot(labels, num_classes), F.one_hot(predictions, num_classes)
    return torch.einsum("nt,np->tp", truth, read)
