import torch


def class_counts(labels, num_classes=10):
    counts = torch.zeros(num_classes, dtype=torch.int64)
    for label in labels:
        if label < 0 or label >= num_classes:
            raise ValueError(f"there is no class {label}")
        counts[label] += 1
    return counts
