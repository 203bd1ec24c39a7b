from functools import reduce

import torch


def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    stride = kernel_size if stride is None else stride
    rows = (x.shape[2] - kernel_size) // stride * stride + 1
    columns = (x.shape[3] - kernel_size) // stride * stride + 1
    parts = [
        x[:, :, i : i + rows : stride, j : j + columns : stride]
        for i in range(kernel_size)
        for j in range(kernel_size)
    ]
    return reduce(torch.maximum, parts)
