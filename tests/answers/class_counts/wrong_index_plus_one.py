# diagnosis: counted-once-each
import torch


def class_counts(labels, num_classes=10):
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError("label out of range")
    counts = torch.zeros(num_classes, dtype=torch.int64)
    counts[labels] += 1
    return counts
