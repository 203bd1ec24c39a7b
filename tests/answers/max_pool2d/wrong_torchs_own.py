# diagnosis: forbidden
from torch.nn import functional as F


def max_pool2d(x, kernel_size, stride=None):
    return F.max_pool2d(x, kernel_size, stride)
