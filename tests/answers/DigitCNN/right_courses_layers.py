from torch import nn

from mnist_course import Conv2d, dropout, max_pool2d, relu


class DigitCNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = Conv2d(1, 16, 3, padding=1)
        self.conv2 = Conv2d(16, 32, 3, padding=1)
        self.linear = nn.Linear(32 * 49, 10)

    def forward(self, x):
        x = max_pool2d(relu(self.conv1(x)), 2)
        x = max_pool2d(relu(self.conv2(x)), 2)
        return self.linear(dropout(x.flatten(1), 0.25, self.training))
