import torch
from torch import nn
from torch.nn import functional as F


def train_digit_cnn(train_images, train_labels, seed=0):
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 5, padding=2),
        nn.ReLU(),
        nn.MaxPool2d(4),
        nn.Flatten(),
        nn.Linear(32 * 3 * 3, 10),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    epochs = max(1, 800 // (len(train_images) // 64))
    for _ in range(epochs):
        order = torch.randperm(len(train_images))
        for places in order.split(64):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(train_images[places]), train_labels[places])
            loss.backward()
            optimizer.step()
    return model
