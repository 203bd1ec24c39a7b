# diagnosis: seed-ignored
import torch

from mnist_course import train_step


def train(model, images, labels, seed):
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(6):
        for batch in torch.randperm(len(labels)).split(64):
            train_step(model, optimizer, images[batch], labels[batch])
    return model
