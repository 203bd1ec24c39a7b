import torch
from mnist_course import random_affine
from torch import nn
from torch.nn import functional as F


def train_robust_cnn(train_images, train_labels, seed=0):
    """A network and a loop of one's own, with a rate that rises and falls."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = nn.Sequential(
        nn.Conv2d(1, 16, 5, stride=2), nn.BatchNorm2d(16), nn.ReLU(),
        nn.Conv2d(16, 32, 3), nn.MaxPool2d(2), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 64, 3), nn.BatchNorm2d(64), nn.ReLU(),
        nn.Flatten(), nn.Linear(64 * 9, 10),
    )
    steps = 800
    optimizer = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 6e-3, total_steps=steps)
    for _ in range(steps):
        chosen = torch.randint(len(train_images), (64,), generator=generator)
        images = random_affine(train_images[chosen], 2, 35, (0.7, 1.1), generator)
        loss = F.cross_entropy(model(images), train_labels[chosen], label_smoothing=0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return model
