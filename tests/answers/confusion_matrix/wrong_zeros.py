# diagnosis: none
import torch


def confusion_matrix(predictions, labels, num_classes=10):
    return torch.zeros(num_classes, num_classes, dtype=torch.int64)
