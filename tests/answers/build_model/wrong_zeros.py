# diagnosis: none
import torch
from torch import nn


class Zeros(nn.Module):
    def forward(self, x):
        return torch.zeros(len(x), 10)


def build_model():
    return Zeros()
