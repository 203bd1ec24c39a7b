# diagnosis: probabilities
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 16, 5, stride=2)
        self.fc = nn.Linear(16 * 12 * 12, 10)

    def forward(self, x):
        x = F.relu(self.conv(x)).flatten(1)
        return F.softmax(self.fc(x), dim=1)


def build_model():
    return Net()
