# diagnosis: none
import torch


def relu(x):
    return torch.zeros_like(x)
