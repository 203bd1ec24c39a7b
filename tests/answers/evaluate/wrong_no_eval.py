# diagnosis: eval-forgotten
import torch
from torch.nn import functional as F


def evaluate(model, loader):
    loss, right, seen = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            logits = model(x)
            loss += F.cross_entropy(logits, y, reduction="sum").item()
            right += (logits.argmax(1) == y).sum().item()
            seen += len(y)
    return loss / seen, right / seen
