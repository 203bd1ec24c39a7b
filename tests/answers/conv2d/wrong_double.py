# diagnosis: none
import torch
from torch.nn import functional as F


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels differ")
    if weight.shape[2] > x.shape[2] + 2 * padding or weight.shape[3] > x.shape[3] + 2 * padding:
        raise ValueError("the kernel does not fit")
    x = F.pad(x, 4 * [padding]).double()
    patches = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    out = torch.einsum("nchwkl,ockl->nohw", patches, weight.double())
    return out if bias is None else out + bias[:, None, None]
