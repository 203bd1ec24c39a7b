# diagnosis: one-mode-for-all
import torch
from torch.nn import functional as F


def evaluate(model, loader):
    was_training = model.training
    model.eval()
    loss, right, n = 0.0, 0, 0
    with torch.no_grad():
        for x, y in loader:
            logits = model(x)
            loss += F.cross_entropy(logits, y).item() * len(y)
            right += (logits.argmax(1) == y).sum().item()
            n += len(y)
    model.train(was_training)
    return loss / n, right / n
