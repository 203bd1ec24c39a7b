from torch import nn


def build_model() -> nn.Module:
    return nn.Sequential(
        nn.LazyConv2d(12, 5, stride=2),
        nn.ReLU(),
        nn.LazyConv2d(20, 3, stride=2),
        nn.ReLU(),
        nn.Flatten(),
        nn.LazyLinear(10),
    )
