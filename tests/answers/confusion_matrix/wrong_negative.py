# diagnosis: negative-wraps-around
import torch


def confusion_matrix(predictions, labels, num_classes=10):
    if len(predictions) != len(labels):
        raise ValueError("lengths differ")
    if predictions.max() >= num_classes or labels.max() >= num_classes:
        raise ValueError("a class is out of range")
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for p, t in zip(predictions, labels, strict=True):
        matrix[t, p] += 1
    return matrix
