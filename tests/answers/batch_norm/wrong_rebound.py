# diagnosis: running-figures-unmoved
import torch

def batch_norm(x, weight, bias, running_mean, running_var, training, momentum=0.1, eps=1e-5):

    mean, var = running_mean, running_var
    if training:
        var, mean = torch.var_mean(x, dim=(0, 2, 3), unbiased=False)
        with torch.no_grad():
            running_mean = (1 - momentum) * running_mean + momentum * mean
            running_var = (1 - momentum) * running_var + momentum * x.var(dim=(0, 2, 3))
    scale = weight * torch.rsqrt(var + eps)
    return torch.einsum("nchw,c->nchw", x, scale) + (bias - mean * scale).reshape(-1, 1, 1)
