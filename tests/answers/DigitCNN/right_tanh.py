import torch
from torch import nn
from torch.nn import functional as F


class DigitCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)])
        self.head = nn.ModuleList([nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)])

    def forward(self, x):
        for convolution in self.convolutions:
            x = F.avg_pool2d(torch.tanh(convolution(x)), 2)
        x = torch.flatten(x, 1)
        for linear in self.head[:-1]:
            x = torch.tanh(linear(x))
        return self.head[-1](x)
