# diagnosis: forbidden
from torch import nn


def dropout(x, p=0.5, training=True):
    layer = nn.Dropout(p)
    return layer.train(training)(x)
