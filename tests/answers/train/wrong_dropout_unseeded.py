# diagnosis: seed-ignored
import torch

from mnist_course import make_loader, train_step


def train(model, images, labels, seed):
    loader = make_loader(images, labels, batch_size=64, shuffle=True, seed=seed)
    optimizer = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(5):
        for x, y in loader:
            train_step(model, optimizer, x, y)
