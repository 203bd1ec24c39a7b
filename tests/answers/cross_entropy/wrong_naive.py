# diagnosis: not-stable
import torch


def cross_entropy(logits, labels):
    if len(logits) != len(labels):
        raise ValueError("not the same length")
    e = torch.exp(logits)
    p = e / e.sum(1, keepdim=True)
    return -torch.log(p[torch.arange(len(labels)), labels]).mean()
