# diagnosis: shuffled-once
import torch
from torch.utils.data import DataLoader, TensorDataset


def make_loader(images, labels, batch_size, shuffle=False, seed=0):
    if len(images) != len(labels):
        raise ValueError("lengths")
    if shuffle:
        order = torch.randperm(len(images), generator=torch.Generator().manual_seed(seed))
        images, labels = images[order], labels[order]
    return DataLoader(TensorDataset(images, labels), batch_size=batch_size)
