# diagnosis: wrong-labels-accepted
import torch


def class_counts(labels, num_classes=10):
    edges = torch.histc(labels.float(), bins=num_classes, min=-0.5, max=num_classes - 0.5)
    return edges.long()
