import torch
from torch.utils.data import DataLoader


def make_loader(images, labels, batch_size, shuffle=False, seed=0):
    if len(images) != len(labels):
        raise ValueError("lengths")
    generator = torch.Generator()
    generator.manual_seed(seed)
    pairs = list(zip(images, labels, strict=True))
    return DataLoader(pairs, batch_size, shuffle, generator=generator)
