# diagnosis: none
import torch


def relu(x):
    return torch.ones_like(x)
