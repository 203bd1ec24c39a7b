# diagnosis: none
import torch


def batch_norm(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):
    """One mean for all channels of an image."""
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    var = x.var(dim=(1, 2, 3), keepdim=True, correction=0)
    return (x - mean) / (var + eps).sqrt() * weight[:, None, None] + bias[:, None, None]
