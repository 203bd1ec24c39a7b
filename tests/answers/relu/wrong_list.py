# diagnosis: none
import torch


def relu(x):
    return torch.tensor([max(0.0, v) for v in x.flatten().tolist()]).view(x.shape)
