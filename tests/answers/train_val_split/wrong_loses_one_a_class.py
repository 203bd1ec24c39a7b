# diagnosis: none
import torch


def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels) or not 0 < val_fraction < 1:
        raise ValueError("bad arguments")
    generator = torch.Generator().manual_seed(seed)
    train, val = [], []
    for c in labels.unique():
        members = torch.where(labels == c)[0]
        members = members[torch.randperm(len(members), generator=generator)]
        n = round(len(members) * val_fraction)
        val.append(members[:n])
        train.append(members[n + 1 :])
    train, val = torch.cat(train), torch.cat(val)
    return images[train], labels[train], images[val], labels[val]
