# diagnosis: no-loader
import torch


def make_loader(images, labels, batch_size, shuffle=False, seed=0):
    if len(images) != len(labels):
        raise ValueError("lengths")
    generator = torch.Generator().manual_seed(seed)
    n = len(images)
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    return [(images[part], labels[part]) for part in order.split(batch_size)]
