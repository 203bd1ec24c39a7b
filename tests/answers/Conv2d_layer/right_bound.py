import math

import torch
from torch import nn
from torch.nn import functional as F


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        bound = 1 / math.sqrt(in_channels * kernel_size * kernel_size)
        size = (out_channels, in_channels, kernel_size, kernel_size)
        self.weight = nn.Parameter((torch.rand(size) * 2 - 1) * bound)
        if bias:
            self.bias = nn.Parameter((torch.rand(out_channels) * 2 - 1) * bound)
        else:
            self.bias = None
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)
