# diagnosis: missing-classes-skipped
import torch


def class_counts(labels, num_classes=10):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("label out of range")
    _, counts = torch.unique(labels, return_counts=True)
    return counts
