# diagnosis: evaluation-throughout
import torch
import torch.nn.functional as F

from mnist_course import train_step


def hunt_3(model, batches, val, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        model.eval()
        for images, labels in batches:
            train_step(model, optimizer, images, labels)
        pass
        with torch.no_grad():
            losses.append(F.cross_entropy(model(val[0]), val[1]).item())
    return losses
