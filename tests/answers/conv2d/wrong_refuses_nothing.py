# diagnosis: none
from torch.nn import functional as F


def conv2d(x, weight, bias=None, stride=1, padding=0):
    o, _, k, m = weight.shape
    height = (x.shape[2] + 2 * padding - k) // stride + 1
    width = (x.shape[3] + 2 * padding - m) // stride + 1
    out = weight.reshape(o, -1) @ F.unfold(x, (k, m), stride=stride, padding=padding)
    if bias is not None:
        out = out + bias[:, None]
    return out.view(len(x), o, height, width)
