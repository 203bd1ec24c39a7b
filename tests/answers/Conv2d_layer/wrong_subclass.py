# diagnosis: forbidden
from torch import nn


class Conv2d(nn.Conv2d):
    pass
