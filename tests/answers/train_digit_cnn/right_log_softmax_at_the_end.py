import torch
from torch import nn

from mnist_course.data import Batches


def train_digit_cnn(train_images, train_labels, seed=0):
    generator_state = torch.get_rng_state()
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.BatchNorm2d(1),
        nn.Conv2d(1, 24, 5, stride=2),
        nn.BatchNorm2d(24),
        nn.ReLU(),
        nn.Conv2d(24, 48, 3),
        nn.BatchNorm2d(48),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(3),
        nn.Flatten(),
        nn.Linear(432, 10),
        nn.LogSoftmax(dim=1),
    )
    batches = Batches(train_images, train_labels, 100, shuffle=True, seed=seed)
    epochs = -(-300 // len(batches))
    for epoch in range(epochs):
        rate = 3e-3 if epoch < epochs - 1 else 5e-4
        optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
        for x, y in batches:
            loss = nn.functional.nll_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    torch.set_rng_state(generator_state)
    return model
