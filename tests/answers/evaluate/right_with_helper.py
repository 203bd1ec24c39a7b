from mnist_course.evaluation import evaluating
from mnist_course.training import cross_entropy


def evaluate(model, loader):
    sizes, losses, rights = [], [], []
    with evaluating(model):
        for images, labels in loader:
            logits = model(images)
            sizes.append(len(labels))
            losses.append(cross_entropy(logits, labels).item())
            rights.append((logits.argmax(dim=1) == labels).float().mean().item())
    total = sum(sizes)
    loss = sum(a * b for a, b in zip(losses, sizes, strict=True)) / total
    accuracy = sum(a * b for a, b in zip(rights, sizes, strict=True)) / total
    return [loss, accuracy]
