# diagnosis: not-scaled
import torch


def to_tensors(images, labels):
    if len(images) != len(labels):
        raise ValueError("lengths")
    return torch.tensor(images).float().unsqueeze(1), torch.tensor(labels).long()
