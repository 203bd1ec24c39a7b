from torch import nn


def build_model():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2),
        nn.Tanh(),
        nn.AvgPool2d(2),
        nn.Flatten(),
        nn.Linear(8 * 36, 64),
        nn.Tanh(),
        nn.Linear(64, 10),
    )
