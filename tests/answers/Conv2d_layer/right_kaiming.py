import math

import torch
from torch import nn


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.options = {"stride": stride, "padding": padding}
        self.kernel = nn.Parameter(torch.empty(out_channels, in_channels, kernel_size, kernel_size))
        nn.init.kaiming_uniform_(self.kernel, a=math.sqrt(5))
        self.register_parameter("offset", None)
        if bias:
            self.offset = nn.Parameter(torch.zeros(out_channels))
            fan_in, _ = nn.init._calculate_fan_in_and_fan_out(self.kernel)
            nn.init.uniform_(self.offset, -1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in))

    def forward(self, x):
        return torch.conv2d(x, self.kernel, self.offset, **self.options)
