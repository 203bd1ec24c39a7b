from torch import nn


def block(a, b):
    return nn.Sequential(nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.LeakyReLU())


def build_model():
    layers = nn.ModuleList([block(1, 16), nn.MaxPool2d(2), block(16, 32), nn.MaxPool2d(2)])
    layers.append(block(32, 64))
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)]
    return nn.Sequential(*layers, *head)
