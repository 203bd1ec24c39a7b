# diagnosis: forbidden
from torch.nn import functional as F


def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    stride = stride or kernel_size
    size = [(side - kernel_size) // stride + 1 for side in x.shape[2:]]
    return F.adaptive_max_pool2d(x, size)
