# diagnosis: none
import torch


def rotate(images, degrees):
    """Only right at multiples of 90."""
    turns = torch.as_tensor(degrees).reshape(-1).expand(len(images)) / 90
    return torch.stack([i.rot90(int(k), (1, 2)) for i, k in zip(images, turns.round())])
