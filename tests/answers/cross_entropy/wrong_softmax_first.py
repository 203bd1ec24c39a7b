# diagnosis: softmax-first
import torch


def cross_entropy(logits, labels):
    if logits.shape[0] != labels.shape[0]:
        raise ValueError("shapes")
    p = logits.softmax(1)
    log_p = p - p.exp().sum(1, keepdim=True).log()
    return -log_p[torch.arange(len(labels)), labels].mean()
