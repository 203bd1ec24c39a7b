import torch


def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    stride = stride or kernel_size
    height = (x.shape[2] - kernel_size) // stride + 1
    width = (x.shape[3] - kernel_size) // stride + 1
    out = torch.empty(x.shape[0], x.shape[1], height, width, dtype=x.dtype)
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = x[:, :, top : top + kernel_size, left : left + kernel_size]
            out[:, :, i, j] = window.amax(dim=(2, 3))
    return out
