# diagnosis: forbidden
from torch import nn

criterion = nn.NLLLoss()


def cross_entropy(logits, labels):
    if logits.shape[0] != labels.shape[0]:
        raise ValueError("shapes")
    return criterion(nn.LogSoftmax(dim=1)(logits), labels)
