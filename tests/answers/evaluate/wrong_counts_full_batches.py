# diagnosis: none
from mnist_course import cross_entropy
from mnist_course.evaluation import evaluating


def evaluate(model, loader):
    loss, right = 0.0, 0
    n = len(loader) * loader.batch_size
    with evaluating(model):
        for x, y in loader:
            logits = model(x)
            loss += cross_entropy(logits, y).item() * len(y)
            right += int((logits.argmax(1) == y).sum())
    return loss / n, right / n
