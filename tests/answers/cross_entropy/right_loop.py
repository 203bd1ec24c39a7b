import torch


def cross_entropy(logits, labels):
    if len(logits) != len(labels):
        raise ValueError(f"{len(logits)} rows, {len(labels)} labels")
    total = 0.0
    for row, label in zip(logits, labels, strict=False):
        row = row - row.max()
        total = total + torch.log(sum(torch.exp(value) for value in row)) - row[label]
    return total / len(labels)
