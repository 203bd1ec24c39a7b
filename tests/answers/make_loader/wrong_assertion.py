# diagnosis: lengths-unchecked
import torch
from torch.utils.data import DataLoader, TensorDataset


def make_loader(images, labels, batch_size, shuffle=False, seed=0):
    generator = torch.Generator().manual_seed(seed)
    dataset = TensorDataset(images, labels)
    return DataLoader(dataset, batch_size, shuffle, generator=generator)
