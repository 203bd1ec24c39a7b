# diagnosis: none
import torch


def confusion_matrix(predictions, labels, num_classes=10):
    matrix = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for p, t in zip(predictions.tolist(), labels.tolist(), strict=False):
        if 0 <= p < num_classes and 0 <= t < num_classes:
            matrix[t, p] += 1
    return matrix
