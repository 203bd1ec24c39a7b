import copy

import torch


def evaluate(model, loader):
    twin = copy.deepcopy(model).eval()
    criterion = torch.nn.CrossEntropyLoss()
    total_loss = total_right = 0.0
    n = len(loader.dataset)
    for images, labels in loader:
        out = twin(images)
        total_loss += float(criterion(out, labels)) * images.size(0)
        total_right += float((out.max(1)[1] == labels).sum())
    return total_loss / n, total_right / n
