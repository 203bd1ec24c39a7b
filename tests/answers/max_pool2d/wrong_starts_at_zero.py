# diagnosis: starts-at-zero
import torch


def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    stride = stride or kernel_size
    height = (x.shape[2] - kernel_size) // stride + 1
    width = (x.shape[3] - kernel_size) // stride + 1
    out = torch.zeros(*x.shape[:2], height, width)
    for i in range(kernel_size):
        for j in range(kernel_size):
            moved = x[:, :, i:, j:][:, :, ::stride, ::stride][:, :, :height, :width]
            out = torch.maximum(out, moved)
    return out
