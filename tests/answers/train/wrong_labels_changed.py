# diagnosis: none
import torch

from mnist_course import train_step


def train(model, images, labels, seed):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(12):
        order = torch.randperm(len(labels))
        images.copy_(images[order])
        labels.copy_(labels[order])
        for x, y in zip(images.split(64), labels.split(64)):
            train_step(model, optimizer, x, y)
    return model
