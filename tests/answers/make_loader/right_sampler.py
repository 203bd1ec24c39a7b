import torch
from torch.utils.data import DataLoader, RandomSampler, SequentialSampler, TensorDataset


def make_loader(images, labels, batch_size, shuffle=False, seed=0):
    if images.shape[0] != labels.shape[0]:
        raise ValueError(f"{len(images)} images and {len(labels)} labels")
    dataset = TensorDataset(images, labels)
    if shuffle:
        sampler = RandomSampler(dataset, generator=torch.Generator().manual_seed(seed))
    else:
        sampler = SequentialSampler(dataset)
    return DataLoader(dataset, batch_size=batch_size, sampler=sampler, drop_last=False)
