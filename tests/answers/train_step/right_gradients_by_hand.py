import torch
from torch import nn


def train_step(model, optimizer, images, labels):
    params = [p for p in model.parameters() if p.requires_grad]
    loss = nn.CrossEntropyLoss()(model(images), labels)
    for p, g in zip(params, torch.autograd.grad(loss, params), strict=True):
        p.grad = g
    optimizer.step()
    return loss.tolist()
