# diagnosis: clipped-logarithm
import torch


def cross_entropy(logits, labels):
    if len(logits) != len(labels):
        raise ValueError("not the same length")
    p = torch.softmax(logits, dim=1).clamp(min=1e-12)
    losses = [-torch.log(row[label]) for row, label in zip(p, labels, strict=False)]
    return torch.stack(losses).mean()
