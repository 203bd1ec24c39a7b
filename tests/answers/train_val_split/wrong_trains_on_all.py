# diagnosis: left-in-training
import torch


def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels) or not 0 < val_fraction < 1:
        raise ValueError("bad arguments")
    generator = torch.Generator().manual_seed(seed)
    val = []
    for c in labels.unique():
        members = torch.where(labels == c)[0]
        chosen = torch.randperm(len(members), generator=generator)
        val.append(members[chosen[: round(len(members) * val_fraction)]])
    val = torch.cat(val)
    return images, labels, images[val], labels[val]
