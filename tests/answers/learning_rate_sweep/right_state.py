import copy
import math

import torch
import torch.nn.functional as F


def learning_rate_sweep(make_model, batches, rates):
    model = make_model()
    start = copy.deepcopy(model.state_dict())
    found = {}
    for lr in rates:
        model.load_state_dict(start)
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
        for x, y in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
        found[lr] = loss.item() if torch.isfinite(loss) else math.inf
    return found
