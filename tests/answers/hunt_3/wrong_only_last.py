# diagnosis: none
import torch
import torch.nn.functional as F

from mnist_course import train_step


def hunt_3(model, batches, val, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr)
    for _ in range(epochs):
        for images, labels in batches:
            train_step(model, optimizer, images, labels)
    model.eval()
    with torch.no_grad():
        return [F.cross_entropy(model(val[0]), val[1]).item()]
