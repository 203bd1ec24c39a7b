# diagnosis: not-stratified
import torch


def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels) or not 0 < val_fraction < 1:
        raise ValueError("bad arguments")
    order = torch.randperm(len(labels), generator=torch.Generator().manual_seed(seed))
    n = int(len(labels) * val_fraction)
    return images[order[n:]], labels[order[n:]], images[order[:n]], labels[order[:n]]
