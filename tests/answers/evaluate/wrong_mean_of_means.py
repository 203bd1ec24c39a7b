# diagnosis: mean-of-batch-means
from mnist_course import accuracy, cross_entropy
from mnist_course.evaluation import evaluating


def evaluate(model, loader):
    loss = share = 0.0
    with evaluating(model):
        for images, labels in loader:
            logits = model(images)
            loss += cross_entropy(logits, labels).item()
            share += accuracy(logits, labels)
    return loss / len(loader), share / len(loader)
