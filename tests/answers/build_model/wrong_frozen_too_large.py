# diagnosis: over-budget
from torch import nn


def build_model():
    features = nn.Sequential(nn.Conv2d(1, 64, 3, stride=2), nn.ReLU(), nn.Conv2d(64, 256, 3, 2))
    for p in features.parameters():
        p.requires_grad = False
    return nn.Sequential(
        features, nn.ReLU(), nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(256 * 9, 10)
    )
