from torch import nn
from torch.nn import functional as F


class Conv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True):
        super().__init__()
        self.k, self.s, self.p = kernel_size, stride, padding
        self.linear = nn.Linear(in_channels * kernel_size**2, out_channels, bias=bias)

    def forward(self, x):
        columns = F.unfold(x, self.k, stride=self.s, padding=self.p)
        out = self.linear(columns.transpose(1, 2)).transpose(1, 2)
        height = (x.shape[2] + 2 * self.p - self.k) // self.s + 1
        return out.reshape(x.shape[0], out.shape[1], height, -1)
