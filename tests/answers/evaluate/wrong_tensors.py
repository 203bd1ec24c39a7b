# diagnosis: none
import torch

from mnist_course import cross_entropy
from mnist_course.evaluation import evaluating


def evaluate(model, loader):
    loss, right, n = torch.tensor(0.0), torch.tensor(0.0), 0
    with evaluating(model):
        for x, y in loader:
            logits = model(x)
            loss += cross_entropy(logits, y) * len(y)
            right += (logits.argmax(1) == y).sum()
            n += len(y)
    return loss / n, right / n
