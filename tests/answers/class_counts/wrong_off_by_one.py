# diagnosis: none
import torch


def class_counts(labels, num_classes=10):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("label out of range")
    return torch.stack([(labels == k + 1).sum() for k in range(num_classes)])
