# diagnosis: none
import torch


def class_counts(labels, num_classes=10):
    if labels.max() >= num_classes:
        raise ValueError("label out of range")
    counts = torch.zeros(num_classes, dtype=torch.int64)
    for label in labels:
        counts[label] += 1  # -1 counts as the last class
    return counts
