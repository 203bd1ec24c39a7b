# diagnosis: none
import numpy as np
import torch


def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    k, m = weight.shape[2:]
    padded = np.pad(x.detach().numpy(), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    if padded.shape[2] < k or padded.shape[3] < m:
        raise ValueError("does not fit")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k, m), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    out = np.einsum("nchwkl,ockl->nohw", windows, weight.detach().numpy())
    if bias is not None:
        out = out + bias.detach().numpy()[:, None, None]
    return torch.from_numpy(out)
