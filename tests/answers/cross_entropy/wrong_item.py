# diagnosis: gradient-cut
import torch


def cross_entropy(logits, labels):
    if logits.shape[0] != labels.shape[0]:
        raise ValueError("shapes")
    total = 0.0
    for row, label in zip(logits, labels, strict=False):
        row = row - row.max()
        total += (row.exp().sum().log() - row[label]).item()
    return torch.tensor(total / len(labels))
