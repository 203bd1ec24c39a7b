import torch

from mnist_course.training import cross_entropy


def train_step(model, optimizer, images, labels):
    model.train()
    out = model(images)
    loss = cross_entropy(out, labels)
    before = float(loss.detach())
    torch.autograd.backward(loss)
    optimizer.step()
    optimizer.zero_grad()
    return before
