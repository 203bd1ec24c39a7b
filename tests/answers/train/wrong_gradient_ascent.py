# diagnosis: hardly-learned
import torch
import torch.nn.functional as F


def train(model, images, labels, seed):
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), 1e-4)
    for batch in torch.randperm(len(labels)).split(64):
        optimizer.zero_grad()
        (-F.cross_entropy(model(images[batch]), labels[batch])).backward()
        optimizer.step()
