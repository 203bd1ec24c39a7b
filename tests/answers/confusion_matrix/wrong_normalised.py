# diagnosis: shares-for-counts
import torch


def confusion_matrix(predictions, labels, num_classes=10):
    if predictions.shape != labels.shape:
        raise ValueError("lengths differ")
    both = torch.cat([predictions, labels])
    if (both < 0).any() or (both >= num_classes).any():
        raise ValueError("a class is out of range")

    matrix = torch.zeros(num_classes, num_classes)
    for p, t in zip(predictions, labels, strict=True):
        matrix[t, p] += 1
    return matrix / matrix.sum(1, keepdim=True).clamp(min=1)
