from collections import Counter

import torch


def class_counts(labels, num_classes=10):
    count = Counter(labels.tolist())
    if set(count) - set(range(num_classes)):
        raise ValueError("unknown classes")
    return torch.LongTensor([count[k] for k in range(num_classes)])
