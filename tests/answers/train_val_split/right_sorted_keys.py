import torch


def train_val_split(images, labels, val_fraction, seed):
    if images.size(0) != labels.size(0):
        raise ValueError("lengths")
    if val_fraction <= 0 or val_fraction >= 1:
        raise ValueError("fraction")
    torch.manual_seed(seed)
    keys = torch.rand(len(labels))
    rank = torch.empty(len(labels))
    for c in set(labels.tolist()):
        of_c = labels == c
        rank[of_c] = keys[of_c].argsort().argsort().float() / of_c.sum()
    val = rank < val_fraction
    return images[val.logical_not()], labels[val.logical_not()], images[val], labels[val]
