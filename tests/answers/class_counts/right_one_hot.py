import torch.nn.functional as F


def class_counts(labels, num_classes=10):
    if labels.min() < 0 or labels.max() > num_classes - 1:
        raise ValueError("label out of range")
    return F.one_hot(labels, num_classes).sum(0)
