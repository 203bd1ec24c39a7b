# diagnosis: none
import torch
import torch.nn.functional as F


def hunt_1(model, batches, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
        losses.append(loss.item())
    return losses
