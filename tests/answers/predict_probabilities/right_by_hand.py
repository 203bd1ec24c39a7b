import copy

import torch


def predict_probabilities(model, images):
    twin = copy.deepcopy(model)
    twin.eval()
    rows = []
    for image in images:
        logits = twin(image[None])[0].detach()
        powers = torch.exp(logits - logits.max())
        rows.append(powers / powers.sum())
    return torch.stack(rows)
