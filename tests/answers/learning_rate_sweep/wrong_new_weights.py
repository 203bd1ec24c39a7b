# diagnosis: other-first-weights
import copy
import math

import torch
import torch.nn.functional as F


def learning_rate_sweep(make_model, batches, rates):
    model = make_model()
    found = {}
    for lr in rates:
        model = make_model()
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
        found[lr] = loss.item() if torch.isfinite(loss) else math.inf
    return found
