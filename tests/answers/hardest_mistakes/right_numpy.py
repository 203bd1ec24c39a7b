import copy

import numpy as np
import torch


def hardest_mistakes(model, images, labels, k):
    net = copy.deepcopy(model).eval()
    with torch.no_grad():
        probabilities = torch.softmax(net(images), 1).numpy()
    order = np.argsort(-probabilities.max(axis=1))
    wrong = probabilities.argmax(axis=1)[order] != labels.numpy()[order]
    return torch.from_numpy(order[wrong][:k].copy())
