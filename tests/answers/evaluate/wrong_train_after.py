# diagnosis: left-in-training
import torch
from torch.nn import functional as F


def evaluate(model, loader):
    model.eval()
    loss, right = 0.0, 0
    n = len(loader.dataset)
    with torch.no_grad():
        for x, y in loader:
            logits = model(x)
            loss += F.cross_entropy(logits, y).item() * len(y)
            right += (logits.argmax(1) == y).sum().item()
    model.train()
    return loss / n, right / n
