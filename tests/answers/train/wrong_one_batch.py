# diagnosis: hardly-learned
import torch

from mnist_course import train_step


def train(model, images, labels, seed):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(5):
        batch = torch.randperm(len(labels))[:64]
        train_step(model, optimizer, images[batch], labels[batch])
    return model
