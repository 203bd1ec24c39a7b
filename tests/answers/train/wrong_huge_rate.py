# diagnosis: blew-up
import torch

from mnist_course import train_step


def train(model, images, labels, seed):
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), 1e25)
    for batch in torch.randperm(len(labels)).split(64):
        train_step(model, optimizer, images[batch], labels[batch])
