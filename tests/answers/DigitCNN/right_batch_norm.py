from torch import nn


class DigitCNN(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        channels = 1
        for out in (12, 24, 48):
            layers += [nn.Conv2d(channels, out, 3), nn.BatchNorm2d(out), nn.ReLU(), nn.MaxPool2d(2)]
            channels = out
        self.features = nn.Sequential(*layers)
        self.classify = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(48), nn.Linear(48, 10))

    def forward(self, x):
        return self.classify(self.features((x - 0.13) / 0.31))
