# diagnosis: no-channel
import torch


def to_tensors(images, labels):
    if len(images) != len(labels):
        raise ValueError("lengths")
    return torch.from_numpy(images) / 255, torch.from_numpy(labels).long()
