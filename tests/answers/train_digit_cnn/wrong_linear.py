# diagnosis: learned-too-little
import torch
from torch import nn


def train_digit_cnn(train_images, train_labels, seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(5 if len(train_images) < 10000 else 2):
        for places in torch.randperm(len(train_images)).split(64):
            loss = nn.functional.cross_entropy(model(train_images[places]), train_labels[places])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model
