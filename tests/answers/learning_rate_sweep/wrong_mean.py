# diagnosis: mean-of-losses
import copy
import math

import torch
from mnist_course import train_step


def learning_rate_sweep(make_model, batches, rates):
    first = make_model()
    found = {}
    for rate in rates:
        model = copy.deepcopy(first)
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        total = sum(train_step(model, optimizer, x, y) for x, y in batches)
        found[rate] = total / len(batches) if math.isfinite(total) else math.inf
    return found
