import torch

from mnist_course import accuracy, cross_entropy


@torch.inference_mode()
def evaluate(model, loader):
    """Judge all the logits together, so that no batch weighs more than another."""
    before = [(m, m.training) for m in model.modules()]
    model.train(False)
    try:
        pairs = [(model(images), labels) for images, labels in loader]
    finally:
        for module, mode in before:
            module.training = mode
    logits = torch.cat([p[0] for p in pairs])
    labels = torch.cat([p[1] for p in pairs])
    return cross_entropy(logits, labels).item(), accuracy(logits, labels)
