import torch
import torch.nn.functional as F


def train(model, images, labels, seed):
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    model.train()
    for _ in range(7):
        for places in torch.randperm(len(images)).split(50):
            loss = F.cross_entropy(model(images[places]), labels[places])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
