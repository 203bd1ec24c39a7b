# diagnosis: none
import torch


def cross_entropy(logits, labels):
    if logits.shape[0] != labels.shape[0]:
        raise ValueError("shapes")
    z = logits - logits.amax(0)
    log_p = z - z.exp().sum(0).log()
    return -log_p[torch.arange(len(labels)), labels].mean()
