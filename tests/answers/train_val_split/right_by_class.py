import torch


def train_val_split(images, labels, val_fraction, seed):
    if len(images) != len(labels):
        raise ValueError("lengths differ")
    if val_fraction <= 0 or val_fraction >= 1:
        raise ValueError("val_fraction must be between 0 and 1")
    generator = torch.Generator()
    generator.manual_seed(seed)
    train, val = [], []
    for c in range(int(labels.max()) + 1):
        indices = torch.where(labels == c)[0]
        indices = indices[torch.randperm(len(indices), generator=generator)]
        n = int(val_fraction * len(indices))
        val.append(indices[:n])
        train.append(indices[n:])
    train, val = torch.cat(train), torch.cat(val)
    return images[train], labels[train], images[val], labels[val]
