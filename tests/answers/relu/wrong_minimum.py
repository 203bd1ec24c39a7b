# diagnosis: wrong-side
import torch


def relu(x):
    return torch.minimum(x, torch.zeros(1))
