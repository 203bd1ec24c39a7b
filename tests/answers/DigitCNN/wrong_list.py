# diagnosis: layers-in-a-list
from torch import nn
from torch.nn import functional as F


class DigitCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = [nn.Conv2d(1, 8, 3), nn.Conv2d(8, 16, 3)]
        self.linear = [nn.Linear(400, 10)]

    def forward(self, x):
        for convolution in self.convolutions:
            x = F.max_pool2d(F.relu(convolution(x)), 2)
        return self.linear[0](x.flatten(1))
