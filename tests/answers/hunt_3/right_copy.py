import copy

import torch
from torch.nn import functional as F


def hunt_3(model, batches, val, epochs, lr):
    val_images, val_labels = val
    optimizer = torch.optim.Adam(model.parameters(), lr)
    losses = []
    for _ in range(epochs):
        for images, labels in batches:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        judged = copy.deepcopy(model).eval()
        losses.append(float(F.cross_entropy(judged(val_images), val_labels)))
    return tuple(losses)
