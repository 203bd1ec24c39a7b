# Any design: this one has no convolution, knows the mean of MNIST, and returns log-probabilities.
from torch import nn


class Perceptron(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(28 * 28, hidden), nn.GELU(), nn.Linear(hidden, 10))

    def forward(self, images):
        return self.net((images.flatten(1) - 0.13) / 0.31).log_softmax(dim=1)


def build_model():
    return Perceptron()
