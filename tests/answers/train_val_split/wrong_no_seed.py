# diagnosis: unseeded
import torch


def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels) or not 0 < val_fraction < 1:
        raise ValueError("bad arguments")
    held = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        members = torch.where(labels == c)[0]
        members = members[torch.randperm(len(members))]
        held[members[: round(len(members) * val_fraction)]] = True
    return images[~held], labels[~held], images[held], labels[held]
