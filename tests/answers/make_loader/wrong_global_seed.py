# diagnosis: seeded-for-all
import torch
from torch.utils.data import DataLoader, TensorDataset


def make_loader(images, labels, batch_size, shuffle=False, seed=0):
    if len(images) != len(labels):
        raise ValueError("lengths")
    torch.manual_seed(seed)
    return DataLoader(TensorDataset(images, labels), batch_size=batch_size, shuffle=shuffle)
