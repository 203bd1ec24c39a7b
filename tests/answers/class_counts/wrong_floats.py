# diagnosis: counts-are-floats
import torch


def class_counts(labels, num_classes=10):
    counts = torch.zeros(num_classes)
    for label in labels.tolist():
        if not 0 <= label < num_classes:
            raise ValueError("label out of range")
        counts[label] += 1
    return counts
