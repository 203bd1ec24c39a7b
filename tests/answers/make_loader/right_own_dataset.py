import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class Digits(Dataset):
    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index], self.labels[index]


class Order:
    def __init__(self, n, seed):
        self.n, self.rng = n, np.random.RandomState(seed)

    def __iter__(self):
        return iter(self.rng.permutation(self.n).tolist())

    def __len__(self):
        return self.n


def make_loader(images, labels, batch_size, shuffle=False, seed=0):
    if not len(images) == len(labels):
        raise ValueError("images and labels do not fit")
    order = Order(len(images), seed) if shuffle else None

    def together(pairs):
        pictures, targets = zip(*pairs, strict=True)
        return torch.stack(pictures), torch.stack(targets)

    return DataLoader(Digits(images, labels), batch_size, sampler=order, collate_fn=together)
