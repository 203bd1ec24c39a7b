import torch
from torch.nn import functional as F


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels differ")
    if weight.shape[2] > x.shape[2] + 2 * padding or weight.shape[3] > x.shape[3] + 2 * padding:
        raise ValueError("the kernel does not fit")
    x = F.pad(x, (padding, padding, padding, padding))
    k, m = weight.shape[2:]
    rows = []
    for i in range(0, x.shape[2] - k + 1, stride):
        row = []
        for j in range(0, x.shape[3] - m + 1, stride):
            patch = x[:, None, :, i : i + k, j : j + m]
            row.append((patch * weight).sum(dim=(2, 3, 4)))
        rows.append(torch.stack(row, dim=2))
    out = torch.stack(rows, dim=2)
    if bias is not None:
        out = out + bias.view(1, -1, 1, 1)
    return out
