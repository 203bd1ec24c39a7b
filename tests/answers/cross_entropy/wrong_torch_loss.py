# diagnosis: forbidden
import torch.nn.functional as F


def cross_entropy(logits, labels):
    if logits.shape[0] != labels.shape[0]:
        raise ValueError("shapes")
    return F.cross_entropy(logits, labels)
