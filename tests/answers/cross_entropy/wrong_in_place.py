# diagnosis: none
import torch


def cross_entropy(logits, labels):
    if logits.shape[0] != labels.shape[0]:
        raise ValueError("shapes")
    with torch.no_grad():
        logits -= logits.amax(1, keepdim=True)
    log_p = logits - logits.exp().sum(1, keepdim=True).log()
    return -log_p.gather(1, labels[:, None]).mean()
