import torch


def relu(x):
    return torch.maximum(x, torch.tensor(0.0))
