import copy

import torch

from mnist_course.training import Adam, train_step


def train(model, images, labels, seed):
    generator = torch.Generator().manual_seed(seed)
    trained = copy.deepcopy(model).train()
    optimizer = Adam(trained.parameters(), lr=3e-3)
    torch.manual_seed(seed)
    for _ in range(7):
        order = torch.randperm(len(labels), generator=generator)
        for batch in order.split(64):
            dx, dy = torch.randint(-1, 2, (2,), generator=generator).tolist()
            moved = images[batch].roll((dy, dx), dims=(2, 3))
            train_step(trained, optimizer, moved, labels[batch])
    trained.eval()
    return trained
