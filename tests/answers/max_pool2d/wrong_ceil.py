# diagnosis: border-kept
import torch


def max_pool2d(x, kernel_size, stride=None):
    if kernel_size > x.shape[2] or kernel_size > x.shape[3]:
        raise ValueError("the kernel does not fit")
    stride = stride or kernel_size
    height = -(-(x.shape[2] - kernel_size) // stride) + 1
    width = -(-(x.shape[3] - kernel_size) // stride) + 1
    rows = []
    for i in range(0, height * stride, stride):
        row = []
        for j in range(0, width * stride, stride):
            row.append(x[:, :, i : i + kernel_size, j : j + kernel_size].amax(dim=(2, 3)))
        rows.append(torch.stack(row, dim=2))
    return torch.stack(rows, dim=2)
