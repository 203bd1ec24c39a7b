# diagnosis: none
import torch


def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels):
        raise ValueError("lengths")
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    held = torch.zeros(len(labels), dtype=torch.bool)
    for c in labels.unique():
        members = order[labels[order] == c]
        held[members[: round(len(members) * val_fraction)]] = True
    return images[~held], labels[~held], images[held], labels[held]
