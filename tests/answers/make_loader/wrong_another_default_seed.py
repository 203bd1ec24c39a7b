# diagnosis: none
import torch
from torch.utils.data import DataLoader, TensorDataset


def make_loader(images, labels, batch_size, shuffle=False, seed=42):
    if len(images) != len(labels):
        raise ValueError("lengths")
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(TensorDataset(images, labels), batch_size, shuffle, generator=generator)
