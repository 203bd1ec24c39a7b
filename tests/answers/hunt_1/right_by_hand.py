import torch
from torch.nn import functional as F


def hunt_1(model, batches, epochs, lr):
    params = list(model.parameters())
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            loss = F.cross_entropy(model(images), labels)
            slopes = torch.autograd.grad(loss, params)
            with torch.no_grad():
                for p, slope in zip(params, slopes):
                    p -= lr * slope
            losses.append(loss.item())
    return losses
