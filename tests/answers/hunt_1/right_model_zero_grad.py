import torch
from torch import nn


def hunt_1(model, batches, epochs, lr):
    optimizer, criterion, losses = torch.optim.SGD(model.parameters(), lr), nn.CrossEntropyLoss(), ()
    for _epoch in range(epochs):
        for x, y in batches:
            model.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            losses += (loss.item(),)
    return losses
